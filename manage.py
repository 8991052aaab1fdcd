#!/usr/bin/env python
"""Runs newsdesk's commands. What the person at the keyboard can mend is said in one sentence, without a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"newsdesk cannot start: {error}")
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        sys.exit(f"newsdesk cannot use its database (DATABASE_URL): {reason}")


if __name__ == "__main__":
    main()
