//! The one room with unsafe code: what a new process does between fork and exec, and locked pages.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::process::CommandExt as _;
use std::sync::Arc;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::mm::{MapFlags, ProtFlags, mlock, mmap, munmap};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::Memfile;

/// Lets the program of `command` inherit exactly standard input, output, error and `files`; one that
/// is handed files leaves no core dump, and neither do its children.
///
/// Every other descriptor is marked close-on-exec in the new process, also those that someone
/// opened without the mark; our own process and other children are not touched.
#[expect(unsafe_code, reason = "descriptors of one child only can be set only between fork and exec")]
pub(crate) fn inherit_only(command: &mut std::process::Command, files: Vec<Arc<Memfile>>) {
    let between = move || -> io::Result<()> {
        close_others_on_exec();
        for file in &files {
            fcntl_setfd(file.as_fd(), FdFlags::empty())?;
        }
        if !files.is_empty() {
            no_core_dump()?;
        }
        Ok(())
    };
    // SAFETY: the closure runs in the forked child of a process that may have threads, where only
    // async-signal-safe work is allowed. It makes plain system calls on descriptors that `files`
    // keeps open, allocates nothing, takes no lock, and cannot panic.
    unsafe { command.pre_exec(between) };
}

/// Lets a service that outlives its starter inherit standard input, output and error alone: a lock
/// that a shell holds by an open descriptor would otherwise be held for as long as the service runs.
pub fn inherit_none(command: &mut std::process::Command) {
    inherit_only(command, Vec::new());
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "the C library has close_range only since glibc 2.34; the system call is older"
)]
fn close_others_on_exec() {
    const FIRST: libc::c_uint = 3;
    // SAFETY: the call takes three integers and no pointer, and sets a flag of descriptors only.
    // A kernel before 5.11 refuses it; then the close-on-exec mark that Rust sets by itself on
    // every descriptor it opens is what holds, so the refusal is no failure.
    unsafe {
        libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC);
    }
}

#[cfg(not(target_os = "linux"))]
fn close_others_on_exec() {}

/// One byte, not zero: Linux writes a dump into a program (`core_pattern` with a `|`) whatever the
/// limit is, except for exactly this one. No dump fits into it as a file either.
fn no_core_dump() -> io::Result<()> {
    Ok(setrlimit(Resource::Core, Rlimit { current: Some(1), maximum: Some(1) })?)
}

/// A mapping of a sealed file that keeps its pages in memory until it is dropped.
#[derive(Debug)]
pub(crate) struct Locked {
    /// As a number, so that it may go from thread to thread: nobody reads through it.
    start: usize,
    len: usize,
}

impl Locked {
    /// None where the system does not allow it; an empty file needs none.
    #[expect(unsafe_code, reason = "pages of a file can be locked only where they are mapped")]
    pub(crate) fn new(file: &File, len: usize) -> Option<Self> {
        if len == 0 {
            return Some(Self { start: 0, len });
        }
        // SAFETY: the system chooses the address, so no memory of ours is replaced; nothing ever
        // reads or writes through the mapping, and the file is sealed against shrinking.
        let start = unsafe { mmap(std::ptr::null_mut(), len, ProtFlags::READ, MapFlags::SHARED, file, 0) };
        let locked = Self { start: start.ok()?.addr(), len };
        // SAFETY: the range is the mapping that was just made; locking changes none of its bytes.
        unsafe { mlock(std::ptr::without_provenance_mut(locked.start), len) }.ok()?;
        keep_out_of_dumps(&locked);
        Some(locked)
    }
}

impl Drop for Locked {
    #[expect(unsafe_code, reason = "a mapping is taken down by its address")]
    fn drop(&mut self) {
        if self.len > 0 {
            // SAFETY: the range is the mapping that `new` made, taken down once; nobody refers into
            // it. A refusal leaves it in place, which costs memory and nothing else.
            let _ = unsafe { munmap(std::ptr::without_provenance_mut(self.start), self.len) };
        }
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "advice is given for an address")]
fn keep_out_of_dumps(locked: &Locked) {
    let start = std::ptr::without_provenance_mut(locked.start);
    // SAFETY: the advice concerns dumps alone and changes no byte; the range is our own mapping.
    let _ = unsafe { rustix::mm::madvise(start, locked.len, rustix::mm::Advice::LinuxDontDump) };
}

#[cfg(not(target_os = "linux"))]
fn keep_out_of_dumps(_locked: &Locked) {}
