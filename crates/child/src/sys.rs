//! What a new process does between fork and exec: the one room with unsafe code.

use std::io;
use std::os::fd::AsFd as _;
use std::sync::Arc;

use rustix::io::{FdFlags, fcntl_setfd};

use crate::Memfile;

/// Lets the program of `command` inherit exactly standard input, output, error and `files`.
///
/// Every other descriptor is marked close-on-exec in the new process, also those that someone
/// opened without the mark; our own process and other children are not touched.
#[expect(unsafe_code, reason = "descriptors of one child only can be set only between fork and exec")]
pub(crate) fn inherit_only(command: &mut tokio::process::Command, files: Vec<Arc<Memfile>>) {
    let between = move || -> io::Result<()> {
        close_others_on_exec();
        for file in &files {
            fcntl_setfd(file.as_fd(), FdFlags::empty())?;
        }
        Ok(())
    };
    // SAFETY: the closure runs in the forked child of a process that may have threads, where only
    // async-signal-safe work is allowed. It makes plain system calls on descriptors that `files`
    // keeps open, allocates nothing, takes no lock, and cannot panic.
    unsafe { command.pre_exec(between) };
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
