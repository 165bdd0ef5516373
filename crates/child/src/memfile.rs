//! A file that exists only in memory and cannot be changed.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd};

use camino::Utf8PathBuf;

use crate::{Error, sys};

/// A sealed memory file: mode 0400, closed on exec, neither writable nor resizable by anyone.
///
/// Hand it to one program with [`Program::hand`](crate::Program::hand), and give that program
/// [`path`](Self::path) where it wants the name of a file. The program may open it as often as it
/// likes, and so may its own children. The caller's copy of the bytes is the caller's to erase.
///
/// Where the system allows it, its pages never reach the swap: see [`is_locked`](Self::is_locked).
#[derive(Debug)]
pub struct Memfile {
    file: File,
    name: String,
    lock: Option<sys::Locked>,
}

impl Memfile {
    /// A file with these bytes. The `name` is for people who look at open files: never a secret.
    /// The system sees at most 200 bytes of it.
    ///
    /// # Errors
    /// [`Error::NoMemfile`] where the system has no such files, [`Error::Memfile`] where it has no
    /// memory for it.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, Error> {
        let file = sealed::create(&shown(name))
            .map_err(|source| Error::NoMemfile { name: name.to_owned(), source: source.into() })?;
        let failed =
            |step| move |source: std::io::Error| Error::Memfile { name: name.to_owned(), step, source };
        sealed::fill(&file, bytes).map_err(failed("fill"))?;
        sealed::protect(&file).map_err(failed("protect"))?;
        sealed::seal(&file).map_err(failed("seal"))?;
        let lock = sys::Locked::new(&file, bytes.len());
        Ok(Self { file, name: name.to_owned(), lock })
    }

    /// Whether its pages are kept out of the swap; the limit of locked memory may forbid that.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// The path by which the program it is handed to opens it: `/proc/self/fd/N`.
    #[must_use]
    pub fn path(&self) -> Utf8PathBuf {
        format!("/proc/self/fd/{}", self.file.as_raw_fd()).into()
    }

    /// The name it was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The name as the system takes it: without zero bytes, within its limit of 249 bytes.
fn shown(name: &str) -> String {
    let end = (0..=200).rev().find(|at| *at <= name.len() && name.is_char_boundary(*at)).unwrap_or(0);
    name.get(..end).unwrap_or(name).replace('\0', "_")
}

impl AsFd for Memfile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(target_os = "linux")]
mod sealed {
    use std::fs::File;
    use std::io::{self, Seek as _, Write as _};

    use rustix::fs::{MemfdFlags, Mode, SealFlags, fchmod, fcntl_add_seals, memfd_create};
    use rustix::io::{Errno, fcntl_dupfd_cloexec};

    pub(super) fn create(name: &str) -> Result<File, Errno> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        // Systems that forbid executable memory files demand the newer flag; kernels before 6.3
        // do not know it.
        let descriptor = match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
            Err(Errno::INVAL) => memfd_create(name, flags)?,
            other => other?,
        };
        // 0, 1 and 2 are the child's standard streams, so none of them can be handed over.
        Ok(fcntl_dupfd_cloexec(&descriptor, 3)?.into())
    }

    pub(super) fn fill(mut file: &File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)?;
        file.rewind()
    }

    pub(super) fn protect(file: &File) -> io::Result<()> {
        Ok(fchmod(file, Mode::RUSR)?)
    }

    pub(super) fn seal(file: &File) -> io::Result<()> {
        Ok(fcntl_add_seals(file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?)
    }
}

#[cfg(not(target_os = "linux"))]
mod sealed {
    use std::fs::File;
    use std::io;

    pub(super) fn create(_name: &str) -> Result<File, io::Error> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "sealed memory files exist on Linux only"))
    }

    pub(super) fn fill(_file: &File, _bytes: &[u8]) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn protect(_file: &File) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn seal(_file: &File) -> io::Result<()> {
        Ok(())
    }
}
