"""Makes the shipped films of imitated style: ``python -m dlviz.runs.record_style``."""

from __future__ import annotations

from dlviz.io.assets import record
from dlviz.io.photographs import load_photograph
from dlviz.io.pictures import fit
from dlviz.io.style_films import FILE, STYLE_FILMS, StyleFilm, make_film, write_films

COMMAND = "python -m dlviz.runs.record_style"


def main() -> None:
    """Grow them all, write the file and enter it in the manifest."""
    films: dict[str, StyleFilm] = {}
    for name, wish in STYLE_FILMS.items():
        pair = [fit(load_photograph(one), wish.size) for one in (wish.content, wish.style)]
        films[name] = make_film(wish, *pair)
        print(f"{name}: {films[name].losses[-1]}", flush=True)
    write_films(films)
    record(
        FILE,
        what=f"{len(films)} films of imitated style, losses of every step",
        source="grown by dlviz from its photographs with MobileNetV2",
        licence="CC0, as the photographs",
        command=COMMAND,
    )


if __name__ == "__main__":
    main()
