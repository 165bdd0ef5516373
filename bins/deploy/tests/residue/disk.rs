//! A file system in a file: everything that was ever written to it can be read again.

use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};

/// Large enough for a work tree and Helm's caches.
const SIZE: u64 = 192 * 1024 * 1024;

/// A mounted ext4 in a file; unmounted when it is dropped.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
    mounted: bool,
}

impl Disk {
    /// None where this machine does not let us mount.
    pub(crate) fn new() -> Option<Self> {
        let mut disk = Self { folder: tempfile::tempdir().unwrap(), mounted: false };
        std::fs::File::create(disk.image()).unwrap().set_len(SIZE).unwrap();
        std::fs::create_dir(disk.at()).unwrap();
        let run = |program: &str, words: &[&str]| {
            Command::new(program).args(words).output().is_ok_and(|output| output.status.success())
        };
        // Without discard: what was deleted stays where it was.
        disk.mounted =
            run("mkfs.ext4", &["-q", "-F", "-E", "nodiscard,lazy_itable_init=0", disk.image().as_str()])
                && run("mount", &["-o", "loop,nodiscard", disk.image().as_str(), disk.at().as_str()]);
        disk.mounted.then_some(disk)
    }

    pub(crate) fn at(&self) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join("mounted")
    }

    fn image(&self) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().join("image")
    }

    /// Every byte of the device, after everything was written to it.
    pub(crate) fn raw(mut self) -> Vec<u8> {
        self.unmount();
        std::fs::read(self.image()).unwrap()
    }

    fn unmount(&mut self) {
        if std::mem::take(&mut self.mounted) {
            // A process that was just killed may hold it for a moment.
            for _ in 0..50 {
                if Command::new("umount").arg(self.at()).output().unwrap().status.success() {
                    return;
                }
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            panic!("{} stays mounted", self.at());
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.unmount();
    }
}
