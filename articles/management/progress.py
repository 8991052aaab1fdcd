"""The bar of a command that goes through the pieces of an archive."""

from time import monotonic


class Progress:
    """How far it is, on a terminal while it runs: `made` of `total` pieces were work, the others were there already."""

    def __init__(self, stream, total):
        self.stream, self.total = stream, total
        self.made = self.done = 0
        self.began = monotonic()
        self.shown = stream.isatty()

    def add(self, made, done):
        self.made += made
        self.done += done
        if self.shown:
            bar = "#" * (self.done * 40 // self.total)
            line = f"\r[{bar:40}] {self.done * 100 // self.total:3}% {self.rate:6.0f} pieces/s"
            self.stream.write(line, style_func=str, ending="")
            self.stream.flush()

    @property
    def rate(self):
        return self.made / max(monotonic() - self.began, 0.001)

    def close(self):
        if self.shown and self.done:
            self.stream.write("", style_func=str)
