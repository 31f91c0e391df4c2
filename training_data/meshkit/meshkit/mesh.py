"""Indexed triangle meshes and operations that yield new ones.

A mesh is a pair (V, F): V is a list of points in space, F a list of index
triples into V.  The order of a triple fixes the orientation of its face.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

DEFAULT_TOLERANCE = 1e-9

Point = tuple[float, float, float]
Face = tuple[int, int, int]
Edge = tuple[int, int]


class MeshError(ValueError):
    """Raised when points or faces do not form a valid mesh."""


class Mesh:
    """A set of oriented triangles over shared vertices.

    Parameters
    ----------
    vertices : iterable of sequence of float
        Points with three finite coordinates each.
    faces : iterable of sequence of int
        Triples of distinct vertex indices, counted from 0.
    """

    def __init__(self, vertices: Iterable[Sequence[float]], faces: Iterable[Sequence[int]] = ()) -> None:
        self.vertices: list[Point] = []
        self.faces: list[Face] = []
        for point in vertices:
            if len(point) != 3 or not all(math.isfinite(c) for c in point):
                raise MeshError(f"not a finite point in three dimensions: {point!r}")
            self.vertices.append((float(point[0]), float(point[1]), float(point[2])))
        for face in faces:
            if len(face) != 3 or len(set(face)) != 3:
                raise MeshError(f"a face needs three distinct indices, got {face!r}")
            if min(face) < 0 or max(face) >= len(self.vertices):
                raise IndexError(f"face {face!r} points outside the vertex list")
            self.faces.append((face[0], face[1], face[2]))

    def __len__(self) -> int:
        return len(self.faces)

    def half_edges(self) -> Iterator[Edge]:
        """Yield the three directed edges of every face."""
        for a, b, c in self.faces:
            yield a, b
            yield b, c
            yield c, a

    def boundary_edges(self) -> list[Edge]:
        """Collect the edges that belong to exactly one face.

        Returns
        -------
        list of tuple
            Directed as in their face, in face order.
        """
        uses = Counter(frozenset(edge) for edge in self.half_edges())
        return [edge for edge in self.half_edges() if uses[frozenset(edge)] == 1]

    @property
    def euler_characteristic(self) -> int:
        """The number V - E + F."""
        edges = {frozenset(edge) for edge in self.half_edges()}
        return len(self.vertices) - len(edges) + len(self.faces)

    def triangle(self, index: int) -> tuple[Point, Point, Point]:
        a, b, c = self.faces[index]
        return self.vertices[a], self.vertices[b], self.vertices[c]


def weld(mesh: Mesh, tolerance: float = DEFAULT_TOLERANCE, *, drop_degenerate: bool = True) -> Mesh:
    """Merge vertices that coincide up to rounding.

    Parameters
    ----------
    mesh : Mesh
        Left unchanged.
    tolerance : float
        Side of the grid to whose nodes coordinates are rounded.
    drop_degenerate : bool
        Leave out faces that collapse instead of rejecting them.

    Returns
    -------
    Mesh
        A vertex for each occupied node, namely the first one found there.
    """
    if not tolerance > 0:
        raise ValueError(f"tolerance must be positive, got {tolerance}")
    index_of: dict[tuple[int, ...], int] = {}
    kept: list[Point] = []
    target: list[int] = []
    for point in mesh.vertices:
        node = tuple(round(c / tolerance) for c in point)
        if node not in index_of:
            index_of[node] = len(kept)
            kept.append(point)
        target.append(index_of[node])
    faces = []
    for a, b, c in mesh.faces:
        face = target[a], target[b], target[c]
        if len(set(face)) == 3:
            faces.append(face)
        elif not drop_degenerate:
            raise MeshError(f"face {(a, b, c)} collapses at tolerance {tolerance}")
    return Mesh(kept, faces)


def subdivide(mesh: Mesh, levels: int = 1) -> Mesh:
    if levels < 0:
        raise ValueError(f"levels must not be negative, got {levels}")
    for _ in range(levels):
        vertices = list(mesh.vertices)
        midpoints: dict[frozenset[int], int] = {}
        for a, b in mesh.half_edges():
            if frozenset((a, b)) not in midpoints:
                midpoints[frozenset((a, b))] = len(vertices)
                p, q = mesh.vertices[a], mesh.vertices[b]
                vertices.append(tuple((s + t) / 2 for s, t in zip(p, q)))
        faces = []
        for a, b, c in mesh.faces:
            ab, bc, ca = (midpoints[frozenset(edge)] for edge in ((a, b), (b, c), (c, a)))
            faces += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
        mesh = Mesh(vertices, faces)
    return mesh
