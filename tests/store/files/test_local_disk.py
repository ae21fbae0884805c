from pathlib import Path

import pytest

from store.errors import DataDirRemoteError
from store.files.local_disk import check_local, kind_of

MOUNTS = r"""
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /home rw,relatime shared:1 - nfs4 server:/home rw,vers=4.2
31 30 8:2 / /home/local\040disk rw - ext4 /dev/sdb1 rw
32 22 0:41 / /mnt rw - ext4 /dev/sdc1 rw
33 22 0:42 / /mnt rw - cifs //server/share rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS.strip())
    return path


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/data", "ext4"),
        ("/home/ana/data", "nfs4"),
        ("/homes/ana", "ext4"),
        ("/home/local disk/data", "ext4"),
        ("/mnt/data", "cifs"),
    ],
)
def test_kind_of__is_that_of_the_nearest_mount_seen_last(
    mounts: Path, folder: str, kind: str
) -> None:
    assert kind_of(Path(folder), mounts) == kind


def test_check_local__refuses_a_network_disk_and_says_what_to_do(mounts: Path) -> None:
    with pytest.raises(DataDirRemoteError, match=r"nfs4.*--data-dir.*PostgreSQL") as caught:
        check_local(Path("/home/ana/data"), mounts)
    assert caught.value.exit_code == 2
    check_local(Path("/srv/data"), mounts)


def test_check_local__lets_be_what_the_system_does_not_tell(tmp_path: Path) -> None:
    assert kind_of(tmp_path, tmp_path / "absent") == ""
    check_local(tmp_path, tmp_path / "absent")
    check_local(tmp_path)
