"""The two anatomies: a whole body without forearms and feet, and a small trunk for quick tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Shells:
    """Thicknesses in mm of a limb's or trunk's shells, across and along z; walls are ``wall`` thick twice."""

    wall: float
    fat: tuple[float, float]
    muscle: tuple[float, float]

    def trunk(self, skin: Solid, contents: Sequence[Part]) -> Part:
        """Skin, subcutaneous fat, muscle and trunk fat inside one another, the contents innermost."""
        fascia = skin.grown(-self.wall).grown(_inwards(self.fat))
        muscle = fascia.grown(-2 * self.wall)
        lining = muscle.grown(_inwards(self.muscle))
        return nest(
            *self._limb(skin, muscle),
            Part("wall", lining, wall_like(MUSCLE)),
            Part("wall", lining.grown(-self.wall), wall_like(TRUNK_FAT)),
            Part("fat_v", lining.grown(-2 * self.wall), TRUNK_FAT, tuple(contents)),
        )

    def limb(self, skin: Solid, contents: Sequence[Part]) -> Part:
        """Skin, subcutaneous fat and a core of muscle that holds the contents."""
        muscle = skin.grown(-self.wall).grown(_inwards(self.fat)).grown(-2 * self.wall)
        *outer, core = self._limb(skin, muscle)
        return nest(*outer, Part(core.name, core.solid, core.material, tuple(contents)))

    def _limb(self, skin: Solid, muscle: Solid) -> tuple[Part, ...]:
        return (
            Part("wall", skin, wall_like(SUBCUTANEOUS_FAT)),
            Part("fat_sc", skin.grown(-self.wall), SUBCUTANEOUS_FAT),
            Part("wall", muscle.grown(2 * self.wall), wall_like(SUBCUTANEOUS_FAT)),
            Part("wall", muscle.grown(self.wall), wall_like(MUSCLE)),
            Part("muscle", muscle, MUSCLE),
        )


def _inwards(thickness: tuple[float, float]) -> Triple:
    across, along = thickness
    return -across, -across, -along


def _tumour(name: str, centre: Triple, radius: float, suv: float) -> Part:
    return Part(name, sphere(centre, radius), lesion(suv), is_lesion=True)


def _spleen(solid: Solid, wall: float) -> Part:
    own = Part("wall", solid.grown(wall), wall_like(SPLEEN), (Part("spleen", solid, SPLEEN),))
    return walled(own, TRUNK_FAT, wall)


def _bed(solid: Solid, *tumours: Part) -> Part:
    """Connective tissue around lesions that touch or overlap one another."""
    return Part("wall", solid, wall_like(TRUNK_FAT), tumours)


def whole_body() -> Anatomy:
    """Head, trunk and thighs, 970 mm long, with eleven lesions of which two touch and two overlap."""
    wall = 5.0
    shells = Shells(wall, fat=(25.0, 10.0), muscle=(22.0, 12.0))

    def organ(name: str, solid: Solid, material: Material, *inside: Part) -> Part:
        return walled(Part(name, solid, material, inside), TRUNK_FAT, wall)

    breast = walled(_tumour("breast", (30.2, -131.0, 60.1), 7.0, 4.5), SUBCUTANEOUS_FAT, wall)
    trunk = shells.trunk(
        Solid((0.0, 0.0, 0.0), (205.0, 150.0, 245.0), 6.0),
        (
            organ(
                "lung",
                Solid((-66.0, 0.0, 114.0), (45.0, 52.0, 62.0)),
                LUNG,
                _tumour("lung metastasis", (-66.7, 0.1, 115.8), 12.0, 6.5),
            ),
            organ("lung", Solid((66.0, 0.0, 114.0), (45.0, 52.0, 62.0)), LUNG),
            organ("heart", Solid((20.0, -25.0, 20.0), (32.0, 28.0, 34.0)), HEART),
            organ(
                "liver",
                Solid((-66.0, -5.0, -25.0), (50.0, 48.0, 45.0)),
                LIVER,
                _tumour("liver metastasis", (-67.3, -6.5, -25.0), 15.0, 8.0),
            ),
            _spleen(Solid((78.0, 18.0, -30.0), (28.0, 24.0, 42.0)), wall),
            organ("kidney", Solid((-52.0, 38.0, -107.0), (22.0, 18.0, 32.0)), KIDNEY),
            organ("kidney", Solid((52.0, 38.0, -107.0), (22.0, 18.0, 32.0)), KIDNEY),
            organ("urinary_bladder", Solid((0.0, -20.0, -145.0), (34.0, 30.0, 26.0)), BLADDER),
            organ(
                "bone",
                cylinder((0.0, 46.0, 0.0), (18.0, 16.0, 160.0)),
                BONE,
                _tumour("bone metastasis", (-0.6, 46.0, -40.5), 10.0, 7.0),
            ),
            walled(_tumour("mediastinal node", (0.6, -14.4, 164.7), 10.0, 9.0), TRUNK_FAT, wall),
            _bed(
                Solid((6.6, -39.1, -70.0), (20.0, 20.0, 32.0), 8.0),
                _tumour("para-aortic node, large", (6.6, -39.1, -78.3), 14.0, 10.0),
                _tumour("para-aortic node, small", (6.6, -39.1, -58.3), 11.0, 12.0),
            ),
            _bed(
                Solid((62.5, -14.0, -141.4), (18.0, 18.0, 30.0), 8.0),
                _tumour("iliac node, large", (62.5, -14.0, -151.4), 12.0, 5.5),
                _tumour("iliac node, small", (62.5, -14.0, -129.4), 10.0, 7.5),
            ),
            walled(_tumour("pelvic mass", (-62.0, -16.0, -139.2), 16.0, 16.0), TRUNK_FAT, wall),
        ),
    )
    return Anatomy((_head(wall), _with_subcutaneous(trunk, breast), *_thighs(wall)))


def _with_subcutaneous(trunk: Part, nodule: Part) -> Part:
    """Put a nodule into the subcutaneous fat, which is the trunk's first layer below the skin."""
    (fat,) = trunk.children
    fat = Part(fat.name, fat.solid, fat.material, (nodule, *fat.children))
    return Part(trunk.name, trunk.solid, trunk.material, (fat,))


def _head(wall: float) -> Part:
    skin = Solid((0.0, 0.0, 362.0), (78.0, 95.0, 112.0))
    skull = skin.grown(-2 * wall - 8.0)
    return nest(
        Part("wall", skin, wall_like(SUBCUTANEOUS_FAT)),
        Part("fat_sc", skin.grown(-wall), SUBCUTANEOUS_FAT),
        Part("wall", skull, wall_like(SUBCUTANEOUS_FAT)),
        Part("bone", skull.grown(-wall), BONE),
        Part("brain", skull.grown(-wall - 7.0), BRAIN),
    )


def _thighs(wall: float) -> tuple[Part, Part]:
    shells = Shells(wall, fat=(16.0, 10.0), muscle=(0.0, 0.0))

    def thigh(x: float, *tumours: Part) -> Part:
        femur = Part("bone", Solid((x, 0.0, -368.0), (13.0, 13.0, 80.0), 6.0), BONE)
        skin = Solid((x, 0.0, -368.0), (80.0, 80.0, 118.0), 6.0)
        return shells.limb(skin, (walled(femur, MUSCLE, wall), *tumours))

    metastasis = walled(_tumour("muscle metastasis", (118.1, -0.1, -420.0), 8.0, 5.0), MUSCLE, wall)
    return thigh(-85.0), thigh(85.0, metastasis)


def small_trunk() -> Anatomy:
    """A trunk 310 mm long for quick tests, with seven lesions of which two touch and two overlap."""
    wall = 7.0
    shells = Shells(wall, fat=(26.0, 12.0), muscle=(20.0, 12.0))

    def organ(name: str, solid: Solid, material: Material, *inside: Part) -> Part:
        return walled(Part(name, solid, material, inside), TRUNK_FAT, wall)

    nodule = walled(_tumour("skin nodule", (162.1, 0.3, -61.5), 5.0, 4.5), SUBCUTANEOUS_FAT, wall)
    trunk = shells.trunk(
        Solid((0.0, 0.0, 0.0), (182.0, 154.0, 155.0), 6.0),
        (
            organ("lung", Solid((4.0, -15.0, 45.0), (12.0, 35.0, 28.0)), LUNG),
            organ(
                "liver",
                Solid((-56.0, 0.0, 42.0), (30.0, 34.0, 34.0)),
                LIVER,
                _tumour("liver metastasis", (-55.0, -0.9, 42.6), 14.0, 8.0),
            ),
            _spleen(Solid((60.0, 0.0, 40.0), (20.0, 20.0, 28.0)), wall),
            organ("kidney", Solid((22.0, 18.0, -50.0), (10.0, 10.0, 18.0)), KIDNEY),
            organ("urinary_bladder", Solid((0.0, -20.0, -62.0), (16.0, 14.0, 14.0)), BLADDER),
            organ("bone", cylinder((0.0, 48.0, 0.0), (11.0, 10.0, 75.0)), BONE),
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
        ),
    )
    return Anatomy((_with_subcutaneous(trunk, nodule),))
