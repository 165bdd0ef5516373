//! Reads one chart of a saved index, and tells what that took: `CPU_SECONDS PEAK_KILOBYTES VERSIONS`.
//!
//! The figures are the kernel's for the whole process, from its start to this line; `cargo xtask
//! bench index` runs it beside its peers.

use chart_bump::Origin;
use chart_bump::source::Index;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(clippy::disallowed_methods, reason = "an example is a program of its own")]
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(chart)) = (args.next(), args.next()) else {
        return Err("read_index FILE CHART".into());
    };
    let bytes = std::fs::read(&file)?;
    let index = Index::parse(Origin::File(file.into()), &chart, &bytes)?;
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
