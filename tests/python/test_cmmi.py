import hashlib
import os
import tarfile

from batou.lib.cmmi import Build, Configure, Make

CONFIGURE = """#!/bin/sh
echo "configure $* CFLAGS=$CFLAGS" >> ../calls
touch config.status
printf 'install:\\n\\techo make >> ../calls\\n' > Makefile
"""


def test_a_program_is_built_once(deployment, work, tmp_path):
    source = tmp_path / "program-1.0"
    source.mkdir()
    (source / "configure").write_text(CONFIGURE)
    (source / "configure").chmod(0o755)
    with tarfile.open(tmp_path / "program-1.0.tar.gz", "w:gz") as archive:
        archive.add(source, "program-1.0")
    content = (tmp_path / "program-1.0.tar.gz").read_bytes()
    build = Build(
        f"file://{tmp_path}/program-1.0.tar.gz",
        checksum=f"md5:{hashlib.md5(content).hexdigest()}",
        configure_args="--with-x",
        build_environment={"CFLAGS": "-O0"},
    )
    top = deployment.deploy(build)
    calls = work / "calls"
    assert calls.read_text() == f"configure --prefix={work} --with-x CFLAGS=-O0\nmake\n"
    assert build._breadcrumb == "Build('program-1.0.tar.gz')"
    assert [type(part).__name__ for part in build.sub_components] == ["Download", "Extract", "Configure", "Make"]
    top.deploy()
    assert not build.changed
    # Without its mark, only that step is repeated.
    os.unlink(work / "program-1.0" / ".batou.make.success")
    top.deploy()
    assert calls.read_text().splitlines()[2:] == ["make"]
    os.unlink(work / "program-1.0" / ".batou.config.success")
    # Both a while ago: the clock of a file system may be slower than a configuration.
    for name in ("Makefile", ".batou.make.success"):
        os.utime(work / "program-1.0" / name, (1000, 1000))
    top.deploy()
    assert calls.read_text().splitlines()[3:] == [f"configure --prefix={work} --with-x CFLAGS=-O0", "make"]


def test_a_prefix_may_have_blanks(deployment, work):
    source = work / "source"
    source.mkdir()
    (source / "configure").write_text(CONFIGURE)
    (source / "configure").chmod(0o755)
    deployment.deploy(Configure("source", prefix="/a b", args="--c"), Make("source"))
    assert (work / "calls").read_text() == "configure --prefix=/a b --c CFLAGS=\nmake\n"


def test_breadcrumbs_show_the_path_as_it_was_given(deployment, work):
    source = work / "source"
    source.mkdir()
    (source / "configure").write_text(CONFIGURE)
    (source / "configure").chmod(0o755)
    configure, make = Configure("source"), Make("source")
    deployment.deploy(configure, make)
    assert configure._breadcrumb == "Configure('source')"
    assert make._breadcrumb == "Make('source')"


def test_build_shows_itself_before_it_is_added():
    assert Build("http://host/a-1.tar.gz")._breadcrumb == "Build('a-1.tar.gz')"
