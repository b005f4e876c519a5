"""Reading measured alone: text minutes parsed, PDF beside the library that extracts it, many cores."""

from __future__ import annotations

import io
import os
import statistics
from pathlib import Path
from typing import Any

from benchmarks import corpora
from benchmarks.processes import peak_memory, timed

_ROUNDS = 3
_PAGES = 120
_LINE = "この件については市民の皆様から多くのご意見をいただいており、特に高齢の方の移動手段の確保が課題であると認識し"


def text(megabytes: float) -> dict[str, Any]:
    """Parse text minutes of about that size on one core; bytes a second, and peak memory in MiB."""
    from ingest.record import parse
    from ingest.types import Document

    # Nearly all of it takes three bytes a character.
    words = corpora.text(int(megabytes * 1e6 / 2.9))
    document = Document("minutes.txt", words, "utf-8")
    size = len(words.encode())
    parse(Document("warm.txt", words[:20_000], "utf-8"))
    seconds = [timed(parse, document)[0] for _ in range(_ROUNDS if megabytes < 20 else 1)]
    return {"rate": size / statistics.median(seconds), "size": size, "memory": peak_memory()}


def pdf() -> dict[str, Any]:
    """Read a PDF of 120 pages with our reader, and with pypdfium2 giving its plain text."""
    from ingest.formats.pdf import extract

    data = _minutes_pdf()
    ours = [timed(extract, data, "a.pdf", Path("a.pdf"))[0] for _ in range(_ROUNDS)]
    alone = [timed(_plain_text, data)[0] for _ in range(_ROUNDS)]
    return {
        "ours": statistics.median(ours) / _PAGES,
        "alone": statistics.median(alone) / _PAGES,
        "boxes": statistics.median(timed(_with_boxes, data)[0] for _ in range(_ROUNDS)) / _PAGES,
    }


def cores(folder: str) -> dict[str, Any]:
    """Read a folder of minutes with one process and with one for each core; seconds of each."""
    from index_store import reading
    from ingest.reader import find_files

    jobs = [
        reading.Job(source, 10**9, None, None, source.path.stat().st_size)
        for source in find_files(Path(folder)).files
    ]
    alone, _ = timed(lambda: [reading.read(job) for job in jobs])
    together, _ = timed(lambda: sum(1 for _ in reading.read_all(jobs)))
    return {"alone": alone, "together": together, "cores": os.cpu_count(), "memory": peak_memory()}


def _minutes_pdf() -> bytes:
    """Minutes of ``_PAGES`` pages, made by reportlab."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    held = io.BytesIO()
    canvas = Canvas(held, pagesize=(595, 842))
    for page in range(_PAGES):
        canvas.setFont("HeiseiMin-W3", 9)
        canvas.drawString(70, 800, "澄浦市議会 会議録")
        for line in range(38):
            label = "〔原委員〕" if line % 6 == 0 else _LINE
            canvas.drawString(70, 760 - 18 * line, label)
        canvas.drawString(290, 40, f"- {page + 1} -")
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def _plain_text(data: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    count = 0
    for page in document:
        words = page.get_textpage()
        count += len(words.get_text_range())
        words.close()
        page.close()
    document.close()
    return count


def _with_boxes(data: bytes) -> int:
    """What any reading by layout needs: the text, and where its rectangles stand."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    count = 0
    for page in document:
        words = page.get_textpage()
        for index in range(words.count_rects()):
            count += len(words.get_text_bounded(*words.get_rect(index)))
        words.close()
        page.close()
    document.close()
    return count
