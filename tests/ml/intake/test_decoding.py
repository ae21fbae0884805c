import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ml.intake.decoding import decode, open_picture, webp_pixels
from ml.intake.errors import IntakeError
from ml.intake.fitting import Fit
from tests.ml.intake.brought import check_told, damaged, png, refused

SHADES = np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8)
FORMS = ("PNG", "JPEG", "WEBP")


def png_header(width: int, height: int) -> bytes:
    """A PNG that declares its size and ends."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    end = b"IDAT" + zlib.compress(b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (chunk, end)
    )


def webp_header(width: int, height: int) -> bytes:
    sizes = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + sizes
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("form", FORMS)
def test_pictures__of_each_format_come_as_they_are(form: str) -> None:
    data = png(SHADES, form=form, **({} if form == "PNG" else {"quality": 100}))
    pixels = decode(data, "x", Fit(3, 40, 60)).pixels
    assert pixels.shape == (3, 40, 60)
    assert np.abs(pixels.transpose(1, 2, 0).astype(int) - SHADES).mean() < (
        60 if form != "PNG" else 0.1
    )


@pytest.mark.parametrize(
    ("data", "code", "status", "word"),
    [
        (png_header(20_000, 20_000), "image_too_large", 413, "400 Mpx; the limit is 50 Mpx"),
        (png_header(13_000, 13_000), "image_too_large", 413, "169 Mpx; the limit is 50 Mpx"),
        (png_header(8_000, 7_000), "image_too_large", 413, "56 Mpx"),
        (webp_header(16_000, 16_000), "image_too_large", 413, "256 Mpx"),
        (png(SHADES)[:3000], "truncated", 422, "cut off"),
        (png(SHADES, form="JPEG")[:900], "truncated", 422, "cut off"),
        (png(SHADES)[:20], "corrupt", 422, "damaged"),
        (png_header(0, 0), "corrupt", 422, "damaged"),
        (b"", "empty", 422, "empty"),
        (b"random bytes", "corrupt", 422, "damaged"),
        (png(SHADES, form="GIF"), "format_not_allowed", 415, "GIF"),
        (png(SHADES, form="TIFF"), "format_not_allowed", 415, "TIFF"),
        (png(SHADES, form="BMP"), "format_not_allowed", 415, "BMP"),
        (b"<svg xmlns='x'></svg>", "format_not_allowed", 415, "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "format_not_allowed", 415, "PostScript"),
        (b"SIMPLE  =  T", "format_not_allowed", 415, "FITS"),
        (b"<!doctype html><p>404", "format_not_allowed", 415, "web page"),
        (b"\x80\4\x95", "pickle_refused", 422, "pickle"),
    ],
)
def test_broken_pictures__say_what_is_wrong(data: bytes, code: str, status: int, word: str) -> None:
    with pytest.raises(IntakeError, match=word) as error:
        decode(data, "x.png", Fit(1, 28, 28))
    assert refused(error) == (code, status)
    assert "x.png" in str(error.value)


def test_corrupt_values__are_told() -> None:
    data = bytearray(png(SHADES))
    at = data.index(b"IDAT") + 40
    data[at : at + 200] = bytes(200)
    with pytest.raises(IntakeError) as error:
        decode(bytes(data), "x.png", Fit(1, 28, 28))
    assert refused(error)[1] == 422


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", FORMS)
def test_orientation__is_honoured(turn: int, form: str) -> None:
    """The first quarter is white; after turning, Pillow's own way must agree."""
    cells = np.zeros((32, 48), np.uint8)
    cells[:16, :24] = 255
    exif = Image.Exif()
    exif[0x0112] = turn
    data = png(cells, form=form, exif=exif)
    size = (48, 32) if turn < 5 else (32, 48)
    pixels = decode(data, "x", Fit(1, size[1], size[0])).pixels[0]
    corners = [int(pixels[y, x] > 127) for y, x in ((4, 4), (4, -4), (-4, 4), (-4, -4))]
    expected = {1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2}[turn]
    assert corners == [int(i == expected) for i in range(4)]


def test_damaged_exif__does_no_harm() -> None:
    data = png(SHADES, form="JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert decode(data, "x", Fit(3, 40, 60)).pixels.shape == (3, 40, 60)


@pytest.mark.parametrize("ground", [0, 255])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_see_through__shows_the_ground(mode: str, ground: int) -> None:
    cells = np.zeros((8, 8, 4), np.uint8)
    cells[:4] = (200, 200, 200, 255)
    image = Image.fromarray(cells).convert(mode)
    stream = io.BytesIO()
    image.save(stream, "PNG", **({"transparency": image.getpixel((0, 7))} if mode == "P" else {}))
    pixels = decode(stream.getvalue(), "x", Fit(1, 8, 8, ground)).pixels[0]
    assert pixels[0, 0] == 200
    assert pixels[7, 7] == ground


def test_deep_grey__keeps_its_upper_half() -> None:
    cells = np.array([[0, 255, 256], [32_768, 65_280, 65_535]], np.uint16)
    assert decode(png(cells), "x", Fit(1, 2, 3)).pixels[0].tolist() == [[0, 0, 1], [128, 255, 255]]


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "L", "RGB"])
def test_modes__become_grey_or_colours(mode: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(SHADES).convert(mode).save(stream, "JPEG" if mode == "CMYK" else "PNG")
    for channels in (1, 3):
        assert decode(stream.getvalue(), "x", Fit(channels, 40, 60)).pixels.shape == (
            channels,
            40,
            60,
        )


def test_large_see_through_pictures__are_reduced_before_they_are_copied() -> None:
    cells = np.zeros((1500, 2000, 4), np.uint8)
    cells[:, 1000:] = (200, 200, 200, 255)
    pixels = decode(png(cells), "x", Fit(1, 48, 64, ground=255)).pixels[0]
    assert pixels[24, 10] == 255
    assert pixels[24, 50] == 200


def test_large_jpegs__are_decoded_smaller() -> None:
    data = png(np.full((2000, 3000, 3), 90, np.uint8), form="JPEG")
    assert max(open_picture(data, "x", 64).size) < 500


@pytest.mark.parametrize("lossless", [True, False])
def test_webp__says_its_size_before_memory_is_asked_for(lossless: bool) -> None:
    assert webp_pixels(png(SHADES, form="WEBP", lossless=lossless)) == 40 * 60
    alpha = np.dstack([SHADES, SHADES[..., :1]])
    assert webp_pixels(png(alpha, form="WEBP", lossless=lossless)) == 40 * 60
    assert webp_pixels(png(SHADES)) == webp_pixels(b"RIFF") == 0


VALID = [png(SHADES[:9, :9], form=form) for form in FORMS]


@settings(max_examples=400)
@given(st.data())
def test_damaged_pictures__give_pixels_or_one_error(data: st.DataObject) -> None:
    cells = data.draw(st.composite(one_damaged)())
    try:
        assert decode(cells, "x.png", Fit(3, 16, 16)).pixels.shape == (3, 16, 16)
    except IntakeError as error:
        check_told(error.sentence)


def one_damaged(draw: st.DrawFn) -> bytes:
    return damaged(draw(st.sampled_from(VALID)), draw)
