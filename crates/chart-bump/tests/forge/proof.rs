//! Seeded runs: limits, lost answers, dead connections and killed runs, in any order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chart_bump::forge::{Forge, ForgeFault, Proposal, propose, retire};
use github_client::Patience;
use stand_ins::github::{Asked, Fault, GitHub, PullState};
use tokio::sync::Notify;

use crate::{REPO, TOKEN, assert_there, bump, grouped, http, served};

/// How many runs go on beside each other; a process usually may have 1024 sockets and files.
const LANES: u64 = 96;

/// Numbers that follow from a seed alone.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % sides
    }
}

const FAULTS: [Fault; 9] = [
    Fault::Limited { retry_after: 0 },
    Fault::Limited { retry_after: 1 },
    Fault::LimitedWithoutTime,
    Fault::BadGateway,
    Fault::BadGatewayAfter,
    Fault::HangAfter,
    Fault::Hang,
    Fault::CutAfter,
    Fault::Proxy,
];

/// What was injected, by fault and operation.
type Tally = Arc<Mutex<BTreeMap<String, u64>>>;

/// What one day asks for.
enum Job {
    Apart(Proposal),
    /// With the other name; what the hub has open alone is closed.
    Grouped(Proposal),
}

/// Why a pull request was closed.
const REASON: &str = "Goes on in the group's.";

impl Job {
    async fn perform(&self, forge: &Forge) -> Result<(), ForgeFault> {
        match self {
            Self::Apart(proposal) => propose(forge, proposal).await.map(drop),
            Self::Grouped(proposal) => {
                propose(forge, proposal).await?;
                retire(forge, &"bump/hub".parse().unwrap(), REASON).await.map(drop)
            }
        }
    }
}

fn is_open(double: &GitHub, branch: &str) -> bool {
    let pulls = double.pulls(REPO);
    pulls.iter().any(|pull| pull.head == branch && pull.state == PullState::Open)
}

/// Breaks some requests of one day, and kills the run at one of them.
fn choose(
    seed: u64,
    tally: &Tally,
    kill: Arc<Notify>,
) -> impl FnMut(&Asked) -> Option<Fault> + Send + 'static {
    let mut dice = Dice(seed);
    let (often, kills) = (dice.roll(5), dice.roll(4) == 0);
    let deadly = dice.roll(25);
    let mut count = 0;
    let tally = Arc::clone(tally);
    move |asked| {
        count += 1;
        if kills && count == deadly {
            *tally.lock().unwrap().entry("killed".to_owned()).or_default() += 1;
            kill.notify_one();
            return Some(if dice.roll(2) == 0 { Fault::Hang } else { Fault::HangAfter });
        }
        if dice.roll(10) >= often {
            return None;
        }
        // Those that take real time are rarer.
        let fault = FAULTS[usize::try_from(dice.roll(90)).unwrap() % 9];
        let slow = matches!(fault, Fault::Hang | Fault::HangAfter | Fault::Limited { retry_after: 1 });
        if slow && dice.roll(4) > 0 {
            return None;
        }
        let kind = if asked.writes { "write" } else { "read" };
        *tally.lock().unwrap().entry(format!("{fault:?} at a {kind}")).or_default() += 1;
        Some(fault)
    }
}

/// One run: up to three days on which a bump is asked for, each again and again until it is done.
async fn run(seed: u64, http: reqwest::Client, tally: &Tally) {
    let mut dice = Dice(seed);
    let double = GitHub::new(TOKEN);
    let files =
        [("hub/Chart.yaml", "version: 1\n"), ("extra/Chart.yaml", "version: 1\n"), ("README.md", "x")];
    double.add_repository(REPO, &files);
    double.add_collaborator(REPO, "ann");
    let patience = Patience {
        total: Duration::from_secs(8),
        attempt: Duration::from_millis(2500),
        pause: Duration::from_millis(1),
        between_writes: Duration::ZERO,
        unnamed_limit: Duration::from_millis(1),
    };
    let (forge, server) = served(&double, patience, http).await;
    let (mut old, mut new, mut count) = (1, 2, 1);
    // In half of the runs the hub joins a group at some day, with or without an open one of its own.
    let joins = dice.roll(6);
    let mut was_apart = false;
    for day in 0..=dice.roll(3) {
        match dice.roll(4) {
            0 => new += 1,
            1 => {
                drop(double.push(REPO, "main", "something else", "bob", &[("README.md", &seed.to_string())]))
            }
            2 if day > 0 => {
                double.heal();
                let files = double.files(REPO, "main");
                double.merge_open(REPO, count, "ann");
                // What was merged apart is pushed for the other one by hand, so that both are at one version.
                let both =
                    ["hub/Chart.yaml", "extra/Chart.yaml"].map(|file| (file, format!("version: {new}\n")));
                let late = both.iter().filter(|(file, _)| double.files(REPO, "main")[*file] == files[*file]);
                let late: Vec<(&str, &str)> = late.map(|(file, text)| (*file, text.as_str())).collect();
                double.push(REPO, "main", "the other one", "bob", &late);
                (old, new, count) = (new, new + 1, count + 1);
            }
            _ => {}
        }
        let job = if day < joins { Job::Apart(bump(old, new)) } else { Job::Grouped(grouped(old, new)) };
        if matches!(job, Job::Grouped(_)) && std::mem::take(&mut was_apart) && is_open(&double, "bump/hub") {
            count += 1;
        }
        was_apart |= matches!(job, Job::Apart(_));
        insist(&double, &forge, &job, seed ^ (day << 48), tally).await;
        let (Job::Apart(proposal) | Job::Grouped(proposal)) = job;
        let count = usize::try_from(count).unwrap();
        assert_there(&double, &proposal, count, &format!("seed {seed}, day {day}"));
        for pull in double.pulls(REPO).iter().filter(|pull| pull.state == PullState::Closed) {
            assert_eq!(pull.body.matches(REASON).count(), 1, "seed {seed}, day {day}: {}", pull.body);
        }
    }
    // Ten thousand servers that stay would be more sockets than a process may have.
    server.abort();
}

/// Asks again and again, as a daily job would, until it is done; after some time nothing breaks.
async fn insist(double: &GitHub, forge: &Forge, job: &Job, seed: u64, tally: &Tally) {
    for attempt in 0..8 {
        let kill = Arc::new(Notify::new());
        double.break_by(choose(seed.wrapping_add(attempt), tally, Arc::clone(&kill)));
        tokio::select! {
            done = job.perform(forge) => if done.is_ok() {
                double.heal();
                return;
            },
            () = kill.notified() => {}
        }
    }
    double.heal();
    job.perform(forge).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_breaks_there_is_one_branch_and_one_pull_request() {
    let runs = u64::try_from(test_support::proof_scale(50)).unwrap();
    let (tally, http) = (Tally::default(), http());
    let lanes = (0..LANES.min(runs)).map(|lane| {
        let (tally, http) = (Arc::clone(&tally), http.clone());
        tokio::spawn(async move {
            for seed in (lane..runs).step_by(usize::try_from(LANES).unwrap()) {
                run(seed, http.clone(), &tally).await;
            }
        })
    });
    for lane in lanes.collect::<Vec<_>>() {
        lane.await.unwrap();
    }
    let tally = tally.lock().unwrap();
    println!("{runs} runs, seeds 0 to {}; injected:", runs - 1);
    for (what, count) in tally.iter() {
        println!("{count:>8}  {what}");
    }
    assert!(tally.len() > 10, "too little was injected: {tally:?}");
}
