//! What a run showed, and the table of all runs.

use std::fmt::Write as _;

use super::measure::Cost;
use super::waiter::Waiter;

/// One waiter in one run.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) waiter: Waiter,
    /// From the write that completed the last object to the end of the waiter; negative where the
    /// waiter was gone before the API server had noted the answer to that write.
    pub(crate) late_seconds: f64,
    pub(crate) requests: usize,
    pub(crate) cost: Cost,
}

/// Medians and the worst of all runs, a waiter a line; ratios are to the last waiter.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut waiters: Vec<Waiter> = figures.iter().map(|figure| figure.waiter).collect();
    waiters.sort_unstable();
    waiters.dedup();
    let of = |waiter: Waiter, value: &dyn Fn(&Figure) -> f64| -> Spread {
        Spread::of(figures.iter().filter(|figure| figure.waiter == waiter).map(value).collect())
    };
    let peer = waiters.last().map(|peer| of(*peer, &|it| it.late_seconds).median);
    let mut table = String::from(
        "| waiter | seconds late: median | worst | to the peer | requests: median | worst | peak memory | CPU seconds: median | worst | wrong |\n\
         |--|--|--|--|--|--|--|--|--|--|\n",
    );
    for waiter in waiters {
        let late = of(waiter, &|it| it.late_seconds);
        let requests = of(waiter, &|it| f64::from(u32::try_from(it.requests).unwrap_or(u32::MAX)));
        let cpu = of(waiter, &|it| it.cost.cpu.as_secs_f64());
        let peak = figures.iter().filter(|it| it.waiter == waiter).map(|it| it.cost.peak_bytes).max();
        let wrong = figures.iter().filter(|it| it.waiter == waiter && !it.cost.success).count();
        let ratio = peer
            .filter(|peer| *peer > 0.0)
            .map_or_else(String::new, |peer| format!("1/{:.0}", (peer / late.median.max(0.0001)).max(1.0)));
        let _ = writeln!(
            table,
            "| {} | {:.3} | {:.3} | {ratio} | {} | {} | {} MB | {:.2} | {:.2} | {wrong} |",
            waiter.name(),
            late.median,
            late.worst,
            requests.median,
            requests.worst,
            peak.unwrap_or_default() >> 20,
            cpu.median,
            cpu.worst,
        );
    }
    table
}

struct Spread {
    median: f64,
    worst: f64,
}

impl Spread {
    /// Of an even number the larger of the two in the middle.
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let median = values.get(values.len() / 2).copied().unwrap_or(f64::NAN);
        Self { median, worst: values.last().copied().unwrap_or(f64::NAN) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn figure(waiter: Waiter, late_seconds: f64) -> Figure {
        let cost = Cost {
            ended: jiff::Timestamp::UNIX_EPOCH,
            success: true,
            cpu: Duration::from_millis(500),
            peak_bytes: 20 << 20,
        };
        Figure { waiter, late_seconds, requests: 12, cost }
    }

    #[test]
    fn a_line_for_each_waiter() {
        let runs = [0.009, 0.004, 0.002];
        let ours = runs.map(|late| figure(Waiter::Deploy, late));
        let theirs = runs.map(|late| figure(Waiter::Kubectl, late * 1000.0));
        let table = table(&[ours, theirs].concat());
        let lines: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| deploy wait | 0.004 | 0.009 | 1/1000 | 12 | 12 | 20 MB | 0.50 | 0.50 | 0 |",
                "| kubectl loop | 4.000 | 9.000 | 1/1 | 12 | 12 | 20 MB | 0.50 | 0.50 | 0 |",
            ]
        );
    }
}
