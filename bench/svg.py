"""Plots as SVG text, for docs/measured: axes with ticks, lines, points and a legend; nothing but the standard library."""
import html
import math

COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#555555")


class Scale:
    """From values to places along one axis; logarithmic for powers of ten."""

    def __init__(self, low, high, start, end, log=False):
        self.log, self.start, self.end = log, start, end
        self.low, self.high = (math.log10(low), math.log10(high)) if log else (low, high)

    def __call__(self, value):
        value = math.log10(value) if self.log else value
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


class Panel:
    """One plot inside a Figure. x and y: (low, high, ticks, label); ticks are values or (value, text)."""

    def __init__(self, box, x, y, log=False, title=""):
        self.left, self.top, self.width, self.height = box
        self.x = Scale(x[0], x[1], self.left, self.left + self.width, log)
        self.y = Scale(y[0], y[1], self.top + self.height, self.top, log)
        self.parts = []
        bottom = self.top + self.height
        for tick in x[2]:
            value, text = tick if isinstance(tick, tuple) else (tick, f"{tick:g}")
            self.line([(value, y[0]), (value, y[1])], "#e4e4e4", 1)
            self.parts.append(words(self.x(value), bottom + 16, text, "middle"))
        for tick in y[2]:
            value, text = tick if isinstance(tick, tuple) else (tick, f"{tick:g}")
            self.line([(x[0], value), (x[1], value)], "#e4e4e4", 1)
            self.parts.append(words(self.left - 6, self.y(value) + 4, text, "end"))
        self.parts.append(f'<rect x="{self.left}" y="{self.top}" width="{self.width}" height="{self.height}" fill="none" '
                          'stroke="#888"/>')
        self.parts.append(words(self.left + self.width / 2, bottom + 34, x[3], "middle"))
        self.parts.append(words(self.left, self.top - 8, (title + ": " if title else "") + y[3], "start"))

    def line(self, points, colour, width=1.8, dash=""):
        places = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def dot(self, x, y, colour, radius=3.5):
        self.parts.append(f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="{radius}" fill="{colour}"/>')

    def text(self, x, y, said, anchor="start", colour="black", dx=0, dy=0):
        self.parts.append(words(self.x(x) + dx, self.y(y) + dy, said, anchor, colour))

    def legend(self, entries, x, y):
        """entries: (text, colour), drawn downwards from the place (in points from the panel's corner)."""
        for n, (said, colour) in enumerate(entries):
            at = self.top + y + 17 * n
            self.parts.append(f'<line x1="{self.left + x}" y1="{at - 4}" x2="{self.left + x + 22}" y2="{at - 4}" '
                              f'stroke="{colour}" stroke-width="3"/>')
            self.parts.append(words(self.left + x + 28, at, said))


def words(x, y, said, anchor="start", colour="black"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{html.escape(said)}</text>'


def save(path, width, height, panels):
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
             'font-family="sans-serif" font-size="12">', f'<rect width="{width}" height="{height}" fill="white"/>']
    for panel in panels:
        lines += panel.parts
    path.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8")
