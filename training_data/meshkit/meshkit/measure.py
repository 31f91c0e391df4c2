"""Areas, volumes, normals and ray intersections of triangle meshes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from meshkit.mesh import Edge, Mesh, MeshError, Point

RAY_EPSILON = 1e-12


class OpenMeshError(Exception):
    """Raised when a closed surface is required and a border is found."""

    def __init__(self, edges: list[Edge]) -> None:
        super().__init__(f"the mesh has {len(edges)} boundary edges")
        self.edges = edges


class Hit(NamedTuple):
    """A point where a ray meets a face."""

    face: int
    distance: float
    point: Point


def _sub(p: Point, q: Point) -> Point:
    return p[0] - q[0], p[1] - q[1], p[2] - q[2]


def _dot(p: Point, q: Point) -> float:
    return p[0] * q[0] + p[1] * q[1] + p[2] * q[2]


def _cross(p: Point, q: Point) -> Point:
    return p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]


def face_normal(mesh: Mesh, index: int) -> Point:
    """Unit normal of one face, by the right-hand rule."""
    a, b, c = mesh.triangle(index)
    normal = _cross(_sub(b, a), _sub(c, a))
    length = math.hypot(*normal)
    if length == 0:
        raise MeshError(f"face {index} has no area, its normal is undefined")
    return normal[0] / length, normal[1] / length, normal[2] / length


def surface_area(mesh: Mesh) -> float:
    total = 0.0
    for index in range(len(mesh)):
        a, b, c = mesh.triangle(index)
        total += math.hypot(*_cross(_sub(b, a), _sub(c, a))) / 2
    return total


def volume(mesh: Mesh, *, signed: bool = False, require_closed: bool = True) -> float:
    """Volume enclosed by a mesh, as a sum of tetrahedra at the origin.

    Parameters
    ----------
    mesh : Mesh
        Faces must be oriented alike; this is not checked.
    signed : bool
        Keep the sign, which is positive for outward orientation.
    require_closed : bool
        Reject a mesh that has boundary edges.

    Returns
    -------
    float
        The volume, in cubed units of the coordinates.
    """
    if require_closed:
        edges = mesh.boundary_edges()
        if edges:
            raise OpenMeshError(edges)
    total = 0.0
    for index in range(len(mesh)):
        a, b, c = mesh.triangle(index)
        total += _dot(a, _cross(b, c)) / 6
    return total if signed else abs(total)


def ray_hits(
    mesh: Mesh,
    origin: Point,
    direction: Point,
    *,
    max_distance: float = math.inf,
    epsilon: float = RAY_EPSILON,
) -> Iterator[Hit]:
    """Intersect a ray with every face (Moeller-Trumbore).

    Parameters
    ----------
    mesh : Mesh
        Both sides of a face are hit.
    origin, direction : Point
        Start and direction of the ray; the direction is normalised.
    max_distance : float
        Hits farther away than this are left out.
    epsilon : float
        Faces whose determinant is smaller count as parallel to the ray.

    Yields
    ------
    Hit
        In face order, not by distance.
    """
    length = math.hypot(*direction)
    if length == 0:
        raise ValueError("direction must not be the zero vector")
    if max_distance <= 0:
        raise ValueError(f"max_distance must be positive, got {max_distance}")
    d = direction[0] / length, direction[1] / length, direction[2] / length
    for index in range(len(mesh)):
        a, b, c = mesh.triangle(index)
        ab, ac, offset = _sub(b, a), _sub(c, a), _sub(origin, a)
        across = _cross(d, ac)
        determinant = _dot(ab, across)
        if abs(determinant) < epsilon:
            continue
        u = _dot(offset, across) / determinant
        turned = _cross(offset, ab)
        v = _dot(d, turned) / determinant
        t = _dot(ac, turned) / determinant
        if u >= 0 and v >= 0 and u + v <= 1 and 0 <= t <= max_distance:
            point = origin[0] + t * d[0], origin[1] + t * d[1], origin[2] + t * d[2]
            yield Hit(index, t, point)


def nearest_hit(mesh: Mesh, origin: Point, direction: Point) -> Hit | None:
    """Hit with the least distance, or None when the ray misses."""
    return min(ray_hits(mesh, origin, direction), key=lambda hit: hit.distance, default=None)
