//! The one room with unsafe code: pages of memory that hold plaintext.

use rustix::mm::{MapFlags, ProtFlags, mlock, mmap_anonymous, munmap};
use zeroize::{Zeroize as _, Zeroizing};

/// Pages of their own for some bytes: out of every core dump, out of the swap where the system allows
/// it, erased and given back when dropped.
pub(crate) struct Pages {
    /// As a number, so that pages may go from thread to thread as any bytes do.
    start: usize,
    len: usize,
    locked: bool,
}

impl Pages {
    /// Takes the bytes over; the buffer they came in is erased. The buffer is given back where the
    /// system has no page left, and for no bytes at all.
    #[expect(unsafe_code, reason = "memory of whole pages is had from the system by its address")]
    pub(crate) fn new(bytes: Zeroizing<Vec<u8>>) -> Result<Self, Zeroizing<Vec<u8>>> {
        let (len, flags) = (bytes.len(), ProtFlags::READ | ProtFlags::WRITE);
        if len == 0 {
            return Err(bytes);
        }
        // SAFETY: the system chooses the address, so no memory of ours is replaced.
        let mapped = unsafe { mmap_anonymous(std::ptr::null_mut(), len, flags, MapFlags::PRIVATE) };
        let Ok(start) = mapped else { return Err(bytes) };
        keep_out_of_dumps(start, len);
        // SAFETY: the range is the mapping that was just made; locking changes none of its bytes.
        let locked = unsafe { mlock(start, len) }.is_ok();
        let mut pages = Self { start: start.expose_provenance(), len, locked };
        pages.bytes_mut().copy_from_slice(&bytes);
        Ok(pages)
    }

    /// Whether the pages are kept out of the swap.
    pub(crate) fn is_locked(&self) -> bool {
        self.locked
    }

    #[expect(unsafe_code, reason = "memory of whole pages is had from the system by its address")]
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the mapping of `new` has `len` readable bytes, all of them zero or written since; it
        // lives until `drop`, and what is returned borrows from `self`.
        unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance(self.start), self.len) }
    }

    #[expect(unsafe_code, reason = "memory of whole pages is had from the system by its address")]
    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`; the mapping is private and writable, and `self` is borrowed alone.
        unsafe { std::slice::from_raw_parts_mut(std::ptr::with_exposed_provenance_mut(self.start), self.len) }
    }
}

impl Drop for Pages {
    #[expect(unsafe_code, reason = "memory of whole pages is given back by its address")]
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
        // SAFETY: the range is the mapping of `new`, given back once; nothing borrows from it any more.
        // A refusal leaves zeros in memory, and costs no more than that.
        let _ = unsafe { munmap(std::ptr::with_exposed_provenance_mut(self.start), self.len) };
    }
}

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "advice is given for an address")]
fn keep_out_of_dumps(start: *mut core::ffi::c_void, len: usize) {
    // SAFETY: the advice concerns dumps alone and changes no byte; the range is a mapping of ours. A
    // kernel without it dumps nothing either, once the process is shielded.
    let _ = unsafe { rustix::mm::madvise(start, len, rustix::mm::Advice::LinuxDontDump) };
}

#[cfg(not(target_os = "linux"))]
fn keep_out_of_dumps(_start: *mut core::ffi::c_void, _len: usize) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// What the system says of the mapping that holds an address.
    fn flags(address: usize) -> String {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split(' ').next().unwrap().split_once('-');
            let number = |text| usize::from_str_radix(text, 16).ok();
            if let Some((Some(from), Some(to))) = range.map(|(from, to)| (number(from), number(to))) {
                inside = (from..to).contains(&address);
            } else if let Some(flags) = line.strip_prefix("VmFlags:").filter(|_| inside) {
                return flags.to_owned();
            }
        }
        String::new()
    }

    #[test]
    fn pages_hold_what_was_given_and_stay_out_of_dumps_and_swap() {
        for size in [1, 4095, 4096, 4097, 100_000] {
            let bytes: Vec<u8> = (0..size).map(|n: u32| n.to_le_bytes()[0]).collect();
            let pages = Pages::new(Zeroizing::new(bytes.clone())).ok().unwrap();
            assert_eq!(pages.bytes(), bytes);
            let flags = flags(pages.start);
            let has = |flag: &str| flags.split_whitespace().any(|found| found == flag);
            assert!(has("dd"), "{flags}");
            assert_eq!(has("lo"), pages.is_locked(), "{flags}");
        }
        assert!(Pages::new(Zeroizing::default()).is_err());
    }
}
