from paravent.formats.shared import icc
from paravent.verify import profiles


def test_verification_knows_the_profiles_that_are_built() -> None:
    for name in icc.NAMES:
        built = icc.build(name)
        assert built in profiles.planned(name)
        assert built in profiles.ALL
        assert all(built not in profiles.planned(other) for other in icc.NAMES if other != name)
        assert built[:-1] + bytes([built[-1] ^ 1]) not in profiles.ALL
    assert not profiles.planned("")
