"""TIFF of every layout: wide samples, alpha told or not, planes apart, several pages."""

import io
import struct
import tracemalloc

import numpy as np
import pytest
import tifffile

from nurie.errors import UnreadableError
from nurie.io.images import read_exact, read_rgba, read_sketch
from nurie.io.raster import pages_in
from nurie.io.tiff import pages, write_tiff


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_sixteen_bits_of_tiff(tmp_path, order, compression):
    path = tmp_path / "a.tif"
    options = {"byteorder": order, "compression": compression}
    deep = np.array([[1, 2, 3, 65535], [0, 0, 65535, 0]], np.uint16).reshape(2, 1, 4)
    tifffile.imwrite(path, deep[..., 0], **options)
    assert read_sketch(path).pixels.tolist() == [[1], [0]]
    if order == "<":  # Pillow knows the other order not
        tifffile.imwrite(path, deep[..., 0], photometric="miniswhite", **options)
        assert read_sketch(path).pixels.tolist() == [[65534], [65535]]
    tifffile.imwrite(path, deep[..., :3], photometric="rgb", **options)
    assert read_sketch(path).pixels.tolist() == [[[1, 2, 3]], [[0, 0, 65535]]]
    tifffile.imwrite(path, deep, photometric="rgb", extrasamples=["unassalpha"], **options)
    assert read_sketch(path).pixels.tolist() == [[[1, 2, 3]], [[65535] * 3]]


def test_premultiplied_alpha_of_tiff(tmp_path):
    for dtype, white in ((np.uint8, 255), (np.uint16, 65535)):
        half = np.array([[[100, 0, 0, 100]]], dtype)  # pure red, alpha 100
        path = tmp_path / "a.tif"
        tifffile.imwrite(path, half, photometric="rgb", extrasamples=["assocalpha"])
        assert read_sketch(path).pixels.tolist() == [[[white, white - 100, white - 100]]]


@pytest.mark.parametrize(
    ("samples", "wanted"),
    [
        (np.array([[0, 1]], np.float32), [[0, 65535]]),
        (np.array([[0, np.nan, 255]], np.float32), [[0, 0, 65535]]),
        (np.array([[0, 2**32 - 1]], np.uint32), [[0, 65535]]),
    ],
)
def test_samples_of_32_bits(tmp_path, samples, wanted):
    tifffile.imwrite(tmp_path / "a.tif", samples)
    assert read_exact(tmp_path / "a.tif").tolist() == wanted


@pytest.mark.parametrize(
    "how", [{}, {"compression": "zlib", "predictor": True}, {"photometric": "miniswhite"}]
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_gray_and_alpha_of_16_bits(tmp_path, how, order):
    samples = np.array([[[0, 65535], [700, 0], [40000, 30000]]], np.uint16)
    how = {"photometric": "minisblack", "extrasamples": ["unassalpha"], "byteorder": order, **how}
    tifffile.imwrite(tmp_path / "a.tif", samples, **how)
    gray = samples[..., 0].astype(int)
    gray = 65535 - gray if how["photometric"] == "miniswhite" else gray
    found, has_alpha = read_rgba(tmp_path / "a.tif")
    assert has_alpha
    assert found[..., 0].tolist() == gray.tolist()
    assert found[..., 3].tolist() == samples[..., 1].tolist()


def several(path):
    """Three pages that differ."""
    with path.open("wb") as file:
        after = 0
        for step in range(3):
            page = np.full((4, 5 + step), 60000 - 300 * step, np.uint16)
            after = write_tiff(file, page, after=after)
    return path


def test_a_tiff_whose_last_entry_is_cut_off_is_damaged(tmp_path):
    tags = ((256, 4, 8), (257, 4, 6), (258, 3, 16), (262, 3, 1), (277, 3, 2), (338, 3, 2))
    table = b"".join(
        struct.pack("<HHII", tag, kind, 2 if tag == 258 else 1, value) for tag, kind, value in tags
    )
    (tmp_path / "a.tif").write_bytes(b"II*\0\x08\0\0\0\x06\0" + table[:-2])
    with pytest.raises(UnreadableError, match="damaged"):
        read_sketch(tmp_path / "a.tif")


def test_deep_pages_keep_their_bits_and_previews_are_none(tmp_path):
    path = several(tmp_path / "a.tif")
    for number in range(3):
        pixels = read_sketch(path, page=number).pixels
        assert (pixels == 60000 - 300 * number).all()
        assert pixels.shape == (4, 5 + number)
    data = bytearray(path.read_bytes())
    (second,) = pages(io.BytesIO(data))[1:2]
    # The first entry, its width, becomes one that says: a smaller version of another page.
    data[second + 2 : second + 14] = struct.pack("<HHII", 254, 4, 1, 1)
    path.write_bytes(data)
    assert pages_in(path) == 2
    assert (read_sketch(path, page=1).pixels == 59400).all()


def test_pages_that_lead_in_a_circle_end(tmp_path):
    path = several(tmp_path / "a.tif")
    data = bytearray(path.read_bytes())
    data[-4:] = struct.pack("<I", pages(io.BytesIO(data))[0])
    path.write_bytes(data)
    assert pages_in(path) == 3
    assert pages_in(tmp_path / "none.tif") == 1


PLAIN = np.arange(21 * 37, dtype=np.uint16).reshape(21, 37) * 84


def samples_of(kind):
    """The same gray, from 0 to 65268 in steps of 84, in samples of one kind."""
    if kind.startswith("f"):
        return (PLAIN / 65535).astype(kind)
    if kind == "i2":
        return (PLAIN.astype(int) - 32768).astype(kind)
    return PLAIN.astype(kind) * np.asarray((256 ** np.dtype(kind).itemsize - 1) // 65535, kind)


@pytest.mark.parametrize("kind", ["u2", "u4", "i2", "f4", "f8"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("layout", ["plain", "tiles", "differences", "both", "big"])
@pytest.mark.parametrize("channels", ["gray", "gray and alpha", "apart", "rgb", "rgb apart"])
def test_every_layout_of_wide_samples(tmp_path, kind, order, layout, channels):
    """Gray may be told as 16 bits of light, whatever the file makes of them."""
    apart, colors = "apart" in channels, 3 if "rgb" in channels else 1
    how = {"photometric": "rgb" if colors == 3 else "minisblack", "byteorder": order}
    how |= {"tile": (16, 32)} if layout in ("tiles", "both") else {"rowsperstrip": 5}
    if layout in ("differences", "both"):
        how |= {"compression": "zlib", "predictor": "f" not in kind}
    planes = [samples_of(kind)] * colors
    if channels in ("gray and alpha", "apart"):
        planes.append(np.full_like(planes[0], samples_of(kind).max()))
        how["extrasamples"] = ["unassalpha"]
    if len(planes) > 1:
        how["planarconfig"] = "separate" if apart else "contig"
    stored = np.stack(planes, 0 if apart else 2) if len(planes) > 1 else planes[0]
    tifffile.imwrite(tmp_path / "a.tif", stored, bigtiff=layout == "big", **how)
    found, _ = read_rgba(tmp_path / "a.tif")
    assert found.dtype == np.uint16
    assert np.abs(found[..., :3].astype(int) - PLAIN[..., None]).max() <= (1 if "f" in kind else 0)


@pytest.mark.parametrize("extra", ["unassalpha", "assocalpha", "unspecified"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("apart", [False, True])
def test_ink_that_only_another_channel_shows(tmp_path, extra, dtype, apart):
    """Black everywhere: what the file calls no alpha is one all the same. But not over gray."""
    most, alpha = np.iinfo(dtype).max, np.eye(3, dtype=dtype) * np.iinfo(dtype).max
    how = {"extrasamples": [extra], "planarconfig": "separate" if apart else "contig"}
    for colors, name in ((1, "minisblack"), (3, "rgb")):
        planes = [0 * alpha] * colors + [alpha]
        tifffile.imwrite(
            tmp_path / "a.tif", np.stack(planes, 0 if apart else 2), photometric=name, **how
        )
        assert read_sketch(tmp_path / "a.tif").pixels.tolist() == (most - alpha).tolist()
    planes = [np.rot90(alpha), 0 * alpha]
    tifffile.imwrite(
        tmp_path / "a.tif", np.stack(planes, 0 if apart else 2), photometric="minisblack", **how
    )
    if extra == "unspecified":
        assert read_sketch(tmp_path / "a.tif", ink="dark").pixels.tolist() == planes[0].tolist()


@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("compression", ["zlib", None])
def test_differences_of_fractions(tmp_path, size, compression):
    """Of bytes, all the first ones before the second; unless nothing is packed."""
    light = (PLAIN / 65535).astype(f">f{size}")
    apart = light.view(np.uint8).reshape(21, 37, size).swapaxes(1, 2).reshape(21, -1)
    stored = np.diff(apart, axis=1, prepend=np.uint8(0)).view(f"<f{size}")
    stored = light.astype(f"<f{size}") if compression is None else stored
    tags = [(65000, "H", 1, 3, True)]
    tifffile.imwrite(tmp_path / "a.tif", stored, compression=compression, extratags=tags)
    told, meant = (struct.pack("<HHIH", tag, 3, 1, 3) for tag in (65000, 317))
    (tmp_path / "a.tif").write_bytes((tmp_path / "a.tif").read_bytes().replace(told, meant))
    found = read_exact(tmp_path / "a.tif").astype(int)
    assert np.abs(found - PLAIN).max() <= (16 if size == 2 else 1)


def test_cmyk_of_16_bits_is_cmyk(tmp_path):
    ink = np.zeros((2, 3, 4), np.uint16)
    ink[0, 1, 3] = 65535
    for apart in (False, True):
        stored, kind = (np.moveaxis(ink, 2, 0), "separate") if apart else (ink, "contig")
        tifffile.imwrite(tmp_path / "a.tif", stored, photometric="separated", planarconfig=kind)
        assert read_sketch(tmp_path / "a.tif").pixels.tolist() == [[255, 0, 255], [255] * 3]


@pytest.mark.parametrize("page", [0, 1])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_tiff_is_not_read_beyond_its_picture(tmp_path, kind, page):
    tifffile.imwrite(tmp_path / "a.tif", np.full((2, 300, 400), 7, kind), photometric="minisblack")
    with (tmp_path / "a.tif").open("r+b") as file:
        file.truncate(1 << 32)
    read_sketch(tmp_path / "a.tif", page=page)
    tracemalloc.start()
    try:
        assert read_sketch(tmp_path / "a.tif", page=page).pixels.tolist() == [[7] * 400] * 300
        assert tracemalloc.get_traced_memory()[1] < 1 << 23
    finally:
        tracemalloc.stop()


def test_pieces_longer_than_the_picture_are_damage(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((64, 8), np.uint16), rowsperstrip=1)
    data = bytearray((tmp_path / "a.tif").read_bytes())
    many = struct.pack("<64I", *[16] * 64)
    many = many if many in data else struct.pack("<64H", *[16] * 64)
    data = data.replace(many, struct.pack(f"<64{'HI'[len(many) > 128]}", *[65535] * 64))
    (tmp_path / "a.tif").write_bytes(data + bytes(1 << 16))
    with pytest.raises(UnreadableError, match="damaged"):
        read_sketch(tmp_path / "a.tif")
