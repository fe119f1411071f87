"""The two anatomies: a whole body without forearms and feet, and a small trunk for quick tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from NEMOPETLib.phantom.materials import (
    BLADDER,
    BONE,
    BRAIN,
    HEART,
    KIDNEY,
    LIVER,
    LUNG,
    MUSCLE,
    SPLEEN,
    SUBCUTANEOUS_FAT,
    TRUNK_FAT,
    Material,
    lesion,
    wall_like,
)
from NEMOPETLib.phantom.parts import Anatomy, Part, nest, walled
from NEMOPETLib.phantom.solids import Solid, Triple, cylinder, sphere

# Half the distance in mm between two tissues: no less than the diagonal of a PET voxel (4.1 and 6.8 mm; with
# bed gaps 4.8 and 6.4 mm).
BODY_WALL, SMALL_WALL = 5.0, 7.0


@dataclass(frozen=True)
class Shells:
    """Thicknesses in mm of a limb's or trunk's shells, (across, along z); walls are ``wall`` thick twice."""

    wall: float
    fat: tuple[float, float]
    muscle: tuple[float, float] = (0.0, 0.0)

    def trunk(self, skin: Solid, contents: Sequence[Part]) -> Part:
        """Skin, subcutaneous fat, muscle and trunk fat inside one another, the contents innermost."""
        lining = self._muscle(skin).grown(_inwards(self.muscle))
        cavity = nest(
            Part("wall", lining, wall_like(MUSCLE)),
            Part("wall", lining.grown(-self.wall), wall_like(TRUNK_FAT)),
            Part("fat_v", lining.grown(-2 * self.wall), TRUNK_FAT, tuple(contents)),
        )
        return self.limb(skin, (cavity,))

    def limb(self, skin: Solid, contents: Sequence[Part]) -> Part:
        """Skin, subcutaneous fat and a core of muscle that holds the contents."""
        muscle = self._muscle(skin)
        return nest(
            Part("wall", skin, wall_like(SUBCUTANEOUS_FAT)),
            Part("fat_sc", skin.grown(-self.wall), SUBCUTANEOUS_FAT),
            Part("wall", muscle.grown(2 * self.wall), wall_like(SUBCUTANEOUS_FAT)),
            Part("wall", muscle.grown(self.wall), wall_like(MUSCLE)),
            Part("muscle", muscle, MUSCLE, tuple(contents)),
        )

    def _muscle(self, skin: Solid) -> Solid:
        return skin.grown(-3 * self.wall).grown(_inwards(self.fat))


def _inwards(thickness: tuple[float, float]) -> Triple:
    across, along = thickness
    return -across, -across, -along


def _tumour(name: str, centre: Triple, radius: float, suv: float) -> Part:
    return Part(name, sphere(centre, radius), lesion(suv), is_lesion=True)


def _organ(name: str, solid: Solid, material: Material, wall: float, *inside: Part) -> Part:
    return walled(Part(name, solid, material, inside), TRUNK_FAT, wall)


def _spleen(solid: Solid, wall: float) -> Part:
    own = Part("wall", solid.grown(wall), wall_like(SPLEEN), (Part("spleen", solid, SPLEEN),))
    return walled(own, TRUNK_FAT, wall)


def _bed(solid: Solid, *tumours: Part) -> Part:
    """Connective tissue around lesions that touch or overlap one another."""
    return Part("wall", solid, wall_like(TRUNK_FAT), tumours)


def _with_subcutaneous(trunk: Part, nodule: Part) -> Part:
    """Put a nodule into the subcutaneous fat, which is the trunk's first layer below the skin."""
    (fat,) = trunk.children
    return replace(trunk, children=(replace(fat, children=(nodule, *fat.children)),))


# The places of the lesions were searched for so that the voxels of the PET grids of ``phantom`` whose centres
# lie in a lesion of a radius of 10 mm or more make up its volume to 0.5 %.


def whole_body() -> Anatomy:
    """Head, trunk and thighs, 960 mm long, with eleven lesions of which two touch and two overlap."""
    shells = Shells(BODY_WALL, fat=(25.0, 10.0), muscle=(22.0, 12.0))
    skin = Solid((0.0, 0.0, 0.0), (205.0, 150.0, 245.0), 6.0)
    trunk = shells.trunk(skin, (*_thorax(), *_abdomen(), *_pelvis()))
    breast = walled(_tumour("breast", (30.2, -131.0, 60.1), 7.0, 4.5), SUBCUTANEOUS_FAT, BODY_WALL)
    return Anatomy((_head(), _with_subcutaneous(trunk, breast), *_thighs()))


def _thorax() -> tuple[Part, ...]:
    wall = BODY_WALL
    right, left = (Solid((x, 0.0, 114.0), (45.0, 52.0, 62.0)) for x in (-66.0, 66.0))
    return (
        _organ("lung", right, LUNG, wall, _tumour("lung metastasis", (-66.7, 0.1, 115.8), 12.0, 6.5)),
        _organ("lung", left, LUNG, wall),
        _organ("heart", Solid((20.0, -25.0, 20.0), (32.0, 28.0, 34.0)), HEART, wall),
        walled(_tumour("mediastinal node", (0.6, -14.4, 164.7), 10.0, 9.0), TRUNK_FAT, wall),
    )


def _abdomen() -> tuple[Part, ...]:
    wall = BODY_WALL
    liver = Solid((-66.0, -5.0, -25.0), (50.0, 48.0, 45.0))
    spine = cylinder((0.0, 46.0, 0.0), (18.0, 16.0, 160.0))
    right, left = (Solid((x, 38.0, -107.0), (22.0, 18.0, 32.0)) for x in (-52.0, 52.0))
    return (
        _organ("liver", liver, LIVER, wall, _tumour("liver metastasis", (-67.3, -6.5, -25.0), 15.0, 8.0)),
        _spleen(Solid((78.0, 18.0, -30.0), (28.0, 24.0, 42.0)), wall),
        _organ("kidney", right, KIDNEY, wall),
        _organ("kidney", left, KIDNEY, wall),
        _organ("bone", spine, BONE, wall, _tumour("bone metastasis", (-0.6, 46.0, -40.5), 10.0, 7.0)),
        _bed(
            Solid((6.6, -39.1, -70.0), (20.0, 20.0, 32.0), 8.0),
            _tumour("para-aortic node, large", (6.6, -39.1, -78.3), 14.0, 10.0),
            _tumour("para-aortic node, small", (6.6, -39.1, -58.3), 11.0, 12.0),
        ),
    )


def _pelvis() -> tuple[Part, ...]:
    wall = BODY_WALL
    return (
        _organ("urinary_bladder", Solid((0.0, -20.0, -145.0), (34.0, 30.0, 26.0)), BLADDER, wall),
        _bed(
            Solid((62.5, -14.0, -141.4), (18.0, 18.0, 30.0), 8.0),
            _tumour("iliac node, large", (62.5, -14.0, -151.4), 12.0, 5.5),
            _tumour("iliac node, small", (62.5, -14.0, -129.4), 10.0, 7.5),
        ),
        walled(_tumour("pelvic mass", (-62.0, -16.0, -139.2), 16.0, 16.0), TRUNK_FAT, wall),
    )


def _head() -> Part:
    skin = Solid((0.0, 0.0, 362.0), (78.0, 95.0, 112.0))
    skull = skin.grown(-2 * BODY_WALL - 8.0)
    return nest(
        Part("wall", skin, wall_like(SUBCUTANEOUS_FAT)),
        Part("fat_sc", skin.grown(-BODY_WALL), SUBCUTANEOUS_FAT),
        Part("wall", skull, wall_like(SUBCUTANEOUS_FAT)),
        Part("bone", skull.grown(-BODY_WALL), BONE),
        Part("brain", skull.grown(-BODY_WALL - 7.0), BRAIN),
    )


def _thighs() -> tuple[Part, Part]:
    shells = Shells(BODY_WALL, fat=(16.0, 10.0))

    def thigh(x: float, *tumours: Part) -> Part:
        femur = Part("bone", Solid((x, 0.0, -368.0), (13.0, 13.0, 80.0), 6.0), BONE)
        skin = Solid((x, 0.0, -368.0), (80.0, 80.0, 118.0), 6.0)
        return shells.limb(skin, (walled(femur, MUSCLE, BODY_WALL), *tumours))

    metastasis = walled(_tumour("muscle metastasis", (118.1, -0.1, -420.0), 8.0, 5.0), MUSCLE, BODY_WALL)
    return thigh(-85.0), thigh(85.0, metastasis)


def small_trunk() -> Anatomy:
    """A trunk 310 mm long for quick tests, with seven lesions of which two touch and two overlap."""
    wall = SMALL_WALL
    shells = Shells(wall, fat=(26.0, 12.0), muscle=(20.0, 12.0))
    skin = Solid((0.0, 0.0, 0.0), (182.0, 154.0, 155.0), 6.0)
    nodule = walled(_tumour("skin nodule", (162.1, 0.3, -61.5), 5.0, 4.5), SUBCUTANEOUS_FAT, wall)
    return Anatomy((_with_subcutaneous(shells.trunk(skin, _small_organs()), nodule),))


def _small_organs() -> tuple[Part, ...]:
    wall = SMALL_WALL
    liver = Solid((-56.0, 0.0, 42.0), (30.0, 34.0, 34.0))
    return (
        # So flat an ellipsoid's wall is thinner than the growth of its axes.
        _organ("lung", Solid((4.0, -15.0, 45.0), (12.0, 35.0, 28.0)), LUNG, wall + 1.0),
        _organ("liver", liver, LIVER, wall, _tumour("liver metastasis", (-55.0, -0.9, 42.6), 14.0, 8.0)),
        _spleen(Solid((60.0, 0.0, 40.0), (20.0, 20.0, 28.0)), wall),
        _organ("kidney", Solid((22.0, 16.0, -50.5), (11.0, 11.0, 18.0)), KIDNEY, wall),
        _organ("urinary_bladder", Solid((0.0, -20.0, -62.5), (16.0, 14.0, 14.0)), BLADDER, wall),
        _organ("bone", cylinder((0.0, 48.0, 0.0), (12.0, 10.0, 74.0)), BONE, wall),
        _bed(
            Solid((61.2, -2.7, -43.3), (20.0, 20.0, 28.0), 8.0),
            _tumour("node, large", (61.2, -2.7, -49.3), 12.0, 10.0),
            _tumour("node, small", (61.2, -2.7, -35.3), 10.0, 12.0),
        ),
        _bed(
            Solid((-61.6, 10.1, -39.5), (19.0, 19.0, 31.0), 8.0),
            _tumour("iliac node, large", (-61.6, 10.1, -49.5), 11.0, 5.5),
            _tumour("iliac node, small", (-61.6, 10.1, -28.5), 10.0, 7.5),
        ),
        walled(_tumour("pelvic mass", (-5.1, -39.3, -21.4), 14.0, 16.0), TRUNK_FAT, wall),
    )
