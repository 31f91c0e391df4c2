"""Triangle meshes in three dimensions, in plain Python."""

from meshkit.measure import Hit, OpenMeshError, face_normal, nearest_hit, ray_hits, surface_area, volume
from meshkit.mesh import Mesh, MeshError, subdivide, weld

__all__ = [
    "Hit",
    "Mesh",
    "MeshError",
    "OpenMeshError",
    "face_normal",
    "nearest_hit",
    "ray_hits",
    "subdivide",
    "surface_area",
    "volume",
    "weld",
]
