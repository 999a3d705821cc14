from batou.vfs import Map


def test_what_is_mapped_into_a_place_below_the_prefix_is_not_mapped_again():
    sandbox = Map(None, {"/": "/place/", "/srv": "/srv/inner", "sandbox": "Map"})
    assert sandbox.map("/etc/hosts") == "/place/etc/hosts"
    assert sandbox.map("/place/etc/hosts") == "/place/etc/hosts"
    assert sandbox.map("/place") == "/place"
    assert sandbox.map("/places") == "/place/places"
    assert sandbox.map("/srv/www") == "/srv/inner/www"
    assert sandbox.map("/srv/inner/www") == "/srv/inner/www"


def test_rules_are_not_chained_by_their_own_results_only():
    sandbox = Map(None, {"/srv": "/data", "/data": "/backup"})
    assert sandbox.map("/srv/www") == "/data/www"
    assert sandbox.map("/data/www") == "/backup/www"
