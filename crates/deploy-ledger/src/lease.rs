//! When a lease counts as dead: the pure half of the lock.

use std::time::Duration;

use crate::Holder;

/// How long a lock lives without a sign of life.
#[derive(Debug, Clone, Copy)]
pub struct Timings {
    /// A holder renews this often.
    pub renew: Duration,
    /// A holder that could not renew for so long stops writing.
    pub give_up: Duration,
    /// Others take a lease that nobody touched for so long; always longer than `give_up`.
    pub stale: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        Self {
            renew: Duration::from_secs(10),
            give_up: Duration::from_secs(40),
            stale: Duration::from_secs(60),
        }
    }
}

/// What one look at the lease tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    /// Changes with every write.
    pub(crate) version: String,
    /// None: nobody holds it.
    pub(crate) holder: Option<Holder>,
}

/// What to do about a lease that somebody else made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Take it: replace exactly the version that was seen.
    Take,
    /// Look again.
    Wait(Holder),
    /// The holder lives.
    Refuse(Holder),
}

/// Decides from the first sight, the present one, and the time between them on one monotonic clock.
///
/// The clocks of other machines do not matter: a lease is dead when *we* saw nothing happen to it for
/// the whole stale time, or when its process is known to be gone.
pub(crate) fn decide(first: &Sight, now: &Sight, waited: Duration, timings: &Timings, gone: bool) -> Step {
    let Some(holder) = &now.holder else { return Step::Take };
    if gone {
        return Step::Take;
    }
    if first.version != now.version {
        return Step::Refuse(holder.clone());
    }
    if waited >= timings.stale { Step::Take } else { Step::Wait(holder.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(run: &str) -> Holder {
        Holder { run: run.into(), who: "ada".into(), host: "h".into(), commit: None, process: None }
    }

    fn sight(version: &str, run: Option<&str>) -> Sight {
        Sight { version: version.into(), holder: run.map(holder) }
    }

    #[test]
    fn a_lease_is_taken_only_when_it_is_free_or_dead() {
        let timings = Timings::default();
        let after = |seconds| Duration::from_secs(seconds);
        let first = sight("1", Some("r1"));
        let cases = [
            ("free", sight("2", None), after(0), false, Step::Take),
            ("silent, not yet stale", first.clone(), after(59), false, Step::Wait(holder("r1"))),
            ("silent, stale", first.clone(), after(60), false, Step::Take),
            ("renewed", sight("2", Some("r1")), after(9), false, Step::Refuse(holder("r1"))),
            (
                "renewed at the last moment",
                sight("2", Some("r1")),
                after(61),
                false,
                Step::Refuse(holder("r1")),
            ),
            ("its process is gone", first.clone(), after(0), true, Step::Take),
            ("another took it", sight("3", Some("r2")), after(61), false, Step::Refuse(holder("r2"))),
        ];
        for (name, now, waited, gone, wanted) in cases {
            assert_eq!(decide(&first, &now, waited, &timings, gone), wanted, "{name}");
        }
    }

    #[test]
    fn a_holder_stops_writing_before_another_may_start() {
        let timings = Timings::default();
        assert!(timings.give_up + timings.renew < timings.stale);
    }
}
