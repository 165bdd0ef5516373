//! What the system is asked to keep of this process from others.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Forbids core dumps of this process and its children, and forbids other processes of the same user
/// to look into it: debuggers, `/proc/PID/mem`, `/proc/PID/environ`. An administrator still can.
///
/// A program that is started afterwards can be looked into again by its own user; that it leaves no
/// dump is inherited.
///
/// # Errors
/// What the system said, where it refuses.
pub fn shield() -> std::io::Result<()> {
    // One byte, not zero: Linux writes a dump into a program (`core_pattern` with a `|`) whatever the
    // limit is, except for exactly this one. No dump fits into it as a file either.
    let hard = getrlimit(Resource::Core).maximum.map_or(1, |most| most.min(1));
    setrlimit(Resource::Core, Rlimit { current: Some(hard), maximum: Some(hard) })?;
    forbid_looking()
}

#[cfg(target_os = "linux")]
fn forbid_looking() -> std::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

#[cfg(not(target_os = "linux"))]
fn forbid_looking() -> std::io::Result<()> {
    Ok(())
}

/// Keeps all memory of this process out of the swap, where it may lock as much as it likes: then also
/// what parsers and clients copied is. Tells whether it could.
///
/// Where there is a limit nothing is locked here, since an allocation above it would fail; opened
/// files and memory files are locked one by one as far as the limit goes.
#[must_use]
pub fn lock_everything() -> bool {
    let unlimited = getrlimit(Resource::Memlock).current.is_none();
    (unlimited || may_lock()) && lock()
}

#[cfg(target_os = "linux")]
fn may_lock() -> bool {
    use rustix::thread::{CapabilitySet, capabilities};
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::IPC_LOCK))
}

#[cfg(target_os = "linux")]
fn lock() -> bool {
    use rustix::mm::{MlockAllFlags, mlockall};
    // Pages are locked when they are first used: the stacks of threads are mostly never used.
    mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn may_lock() -> bool {
    false
}

#[cfg(not(target_os = "linux"))]
fn lock() -> bool {
    false
}
