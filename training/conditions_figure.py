"""The difference between the arms against the IoU threshold, one panel a condition, as a standalone SVG."""

from __future__ import annotations

PANEL, HEIGHT, LEFT, TOP, GAP = 190, 240, 62, 92, 40  # pixels
LOW, HIGH = -12.0, 8.0  # points
TICKS = [-10, -5, 0, 5]
LINE, BAND = "#444444", "#bbbbbb"
TITLES = {
    "random": "random start (report.md)",
    "frozen": "trunk frozen",
    "slow": "trunk at a tenth",
    "free": "trunk free",
    "spared": "free, clusters spare it",
    "boxes": "free, boxes count three times",
    "scratch": "random start, half scale",
    "sgd": "the same by SGD",
    "images-261": "an eighth of the images",
    "images-522": "a quarter of the images",
    "images-1044": "half of the images",
}


def place(iou: float, points: float, left: float) -> tuple[float, float]:
    across = (iou - 0.3) / 0.6
    up = (min(HIGH, max(LOW, points)) - LOW) / (HIGH - LOW)
    return left + across * PANEL, TOP + (1 - up) * HEIGHT


def path(entries: list[dict], key: str, left: float) -> list[str]:
    return [f"{x:.1f},{y:.1f}" for x, y in (place(e["iouThreshold"], 100 * e[key], left) for e in entries)]


def text(x: float, y: float, words: str, size: int = 12, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{more}>{words}</text>'


def panel(condition: dict, left: float, first: bool) -> str:
    entries = condition["differences"]["top5"]
    parts = [text(left, TOP - 26, TITLES[condition["name"]], 13, more=' font-weight="600"')]
    seeds = len(condition["seeds"])
    parts.append(text(left, TOP - 10, "1 seed: no variance of training" if seeds == 1 else f"{seeds} seeds", 12))
    for tick in TICKS:
        _, y = place(0.3, tick, left)
        parts.append(
            f'<line x1="{left:.1f}" x2="{left + PANEL:.1f}" y1="{y:.1f}" y2="{y:.1f}" '
            f'stroke="{"#777" if tick == 0 else "#ddd"}"/>'
        )
        if first:
            parts.append(text(left - 6, y + 4, f"{tick:+d}".replace("-", "−") if tick else "0", anchor="end"))
    for iou in (0.3, 0.5, 0.7, 0.9):
        x, _ = place(iou, 0, left)
        parts.append(text(x, TOP + HEIGHT + 16, str(iou), anchor="middle"))
    band = path(entries, "low", left) + path(entries, "high", left)[::-1]
    parts.append(f'<polygon points="{" ".join(band)}" fill="{BAND}" fill-opacity="0.55"/>')
    parts.append(f'<polyline points="{" ".join(path(entries, "value", left))}" fill="none" stroke="{LINE}" '
                 'stroke-width="2"/>')
    return "\n".join(parts)


def draw(found: list[dict]) -> str:
    """The figure of the conditions that compare the arms, as conditions.json holds them."""
    conditions = [one for one in found if one["name"] in TITLES]
    width = LEFT + len(conditions) * (PANEL + GAP) + 10
    height = TOP + HEIGHT + 60
    panels = [panel(one, LEFT + place_in_row * (PANEL + GAP), place_in_row == 0)
              for place_in_row, one in enumerate(conditions)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif" fill="#222">',
        "<title>Multi-class less single-class against the IoU threshold, by condition</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(LEFT - 40, 28, "Top-5 detections: multi-class minus single-class, points", 17,
             more=' font-weight="600"'),
        text(LEFT - 40, 46, "bands: 95 %, over patients and, where there are several, seeds"),
        *panels,
        text(LEFT + (width - LEFT) / 2, TOP + HEIGHT + 40, "IoU above which a lesion counts as found", anchor="middle"),
        "</svg>\n",
    ])
