//! The memory of this process: erased when it is freed, and in no dump.

use std::alloc::System;

use zeroizing_alloc::ZeroAlloc;

/// Parsers and clients copy what they are given; what they free holds nothing of it any more.
#[global_allocator]
static ERASING: ZeroAlloc<System> = ZeroAlloc(System);

/// Keeps dumps and other programs of the same user out.
pub(crate) fn shield() {
    if let Err(error) = secret_vault::shield() {
        anstream::eprintln!("warning: core dumps of this process cannot be forbidden: {error}");
    }
}

/// Whether secrets that are opened from now on may reach the swap: it is on, and not all memory may be
/// locked. Locks what may be locked.
pub(crate) fn may_be_swapped() -> bool {
    !secret_vault::lock_everything()
        && swap_is_on(&std::fs::read_to_string("/proc/swaps").unwrap_or_default())
}

/// A line for each swap stands below the headings.
fn swap_is_on(swaps: &str) -> bool {
    swaps.lines().skip(1).any(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swap_is_on_where_one_is_listed() {
        let headings = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
        assert!(!swap_is_on("") && !swap_is_on(headings));
        assert!(swap_is_on(&format!("{headings}/dev/zram0 partition 4194300 0 100\n")));
    }
}
