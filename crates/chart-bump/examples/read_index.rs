//! Reads one chart of a saved index, and tells what that took: `CPU_SECONDS PEAK_KILOBYTES VERSIONS`.
//!
//! The figures are the kernel's for the whole process, from its start to this line; `cargo xtask
//! bench index` runs it beside its peers.

use std::io::Read as _;

use chart_bump::Origin;
use chart_bump::source::Index;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(clippy::disallowed_methods, reason = "an example is a program of its own")]
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(chart)) = (args.next(), args.next()) else {
        return Err("read_index FILE CHART".into());
    };
    // In pieces, as an answer arrives.
    let mut text = std::fs::File::open(&file)?;
    let mut failed = None;
    let more = || {
        let mut piece = vec![0; 16 * 1024];
        let size = text.read(&mut piece).map_err(|error| failed = Some(error)).ok()?;
        piece.truncate(size);
        (size > 0).then_some(piece)
    };
    let index = Index::read_all(&Origin::File(file.into()), &[&chart], more)?.pop().ok_or("no chart")??;
    if let Some(error) = failed {
        return Err(error.into());
    }
    let nanoseconds = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: f64 = nanoseconds.split_whitespace().next().unwrap_or_default().parse()?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let peak = peak.trim().trim_end_matches(" kB");
    #[expect(clippy::print_stdout, reason = "an example tells what it found")]
    {
        println!("{:.6} {peak} {}", nanoseconds / 1e9, index.entries.len());
    }
    Ok(())
}
