//! Why a run or a member's part of it stops.

use names::{MemberName, ReleaseName, StepName};
use problem::{Code, Diagnose, Entry, ProblemRecord};
use std::borrow::Cow;

use crate::Reason;

/// A stage that ended the part of a member, and what that means for the outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// What it means.
    pub why: Why,
    /// What to tell.
    pub problem: Box<ProblemRecord>,
    /// Whether it was told already.
    pub told: bool,
}

/// What a stop means, apart from what had been changed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A file or an argument is wrong.
    Configuration,
    /// A lock or a guard refuses.
    Refused,
    /// It went wrong.
    Failed,
    /// The checks failed.
    Verification,
    /// The cause lies outside, or cannot be seen.
    Inconclusive,
    /// The run was asked to stop.
    Interrupted(Reason),
    /// The lock was lost: nothing may be written any more, not even to settle.
    LockLost,
    /// The run was told to end without settling.
    LetGo,
    /// What an earlier run left could not be settled.
    Unsettled,
}

impl Stop {
    /// A stop with its reason.
    #[must_use]
    pub fn new(why: Why, problem: ProblemRecord) -> Self {
        Self { why, problem: Box::new(problem), told: false }
    }

    /// The failure of a capability.
    #[must_use]
    pub fn failed(error: &dyn Diagnose) -> Self {
        Self::new(Why::Failed, ProblemRecord::from_diagnose(error))
    }

    /// The run was asked to stop.
    #[must_use]
    pub fn interrupted(reason: Reason) -> Self {
        let problem = ProblemRecord::from_diagnose(&Error::Interrupted { reason });
        Self::new(Why::Interrupted(reason), problem)
    }
}

/// What only the joining of the parts can find wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A key of the federation file that this version does not act on.
    #[error("`{key}` is not acted on by this version")]
    NotYet {
        /// The key.
        key: String,
        /// Where it stands.
        place: problem::Place,
    },
    /// A file cannot be read.
    #[error("the file `{path}` cannot be read")]
    File {
        /// The file.
        path: camino::Utf8PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A sealed file, and no key.
    #[error("`{path}` is sealed, and there is no key to open it")]
    NoKey {
        /// The file.
        path: camino::Utf8PathBuf,
    },
    /// A file sealed with age, and no private key.
    #[error("`{path}` is sealed with age, and there is no private key to open it")]
    NoIdentity {
        /// The file.
        path: camino::Utf8PathBuf,
    },
    /// A file sealed with age in a federation without a vault.
    #[error("`{path}` is sealed with age, and the federation names no vault of age files")]
    NoVault {
        /// The file.
        path: camino::Utf8PathBuf,
    },
    /// A secret value that cannot be masked.
    #[error("the secret `{tag}` and {rest} others are not masked in outputs: {reason}")]
    Unmasked {
        /// File and key.
        tag: String,
        /// Why.
        reason: String,
        /// How many others there are.
        rest: usize,
    },
    /// A member without a cluster.
    #[error("there is no kubeconfig for member `{member}`")]
    NoKubeconfig {
        /// The member.
        member: MemberName,
    },
    /// The plan changed between its review and the lock.
    #[error("the plan for release `{release}` changed while it was being made: {what}")]
    PlanChanged {
        /// The release.
        release: ReleaseName,
        /// What differs.
        what: String,
    },
    /// A saved plan that does not hold any more.
    #[error("the saved plan of member `{member}` does not hold any more: {what}")]
    PlanStale {
        /// The member.
        member: MemberName,
        /// What differs.
        what: String,
    },
    /// A saved plan that says nothing of a member.
    #[error("the saved plan says nothing of member `{member}`")]
    PlanLacks {
        /// The member.
        member: MemberName,
    },
    /// The chart renders differently each time.
    #[error("the chart of release `{release}` renders differently each time")]
    Dice {
        /// The release.
        release: ReleaseName,
    },
    /// Somebody else works on the release.
    #[error("release `{release}` has the status `{status}`, and no run of ours left it so")]
    ForeignPending {
        /// The release.
        release: ReleaseName,
        /// Helm's status.
        status: String,
    },
    /// A dead run changed a release that was never verified.
    #[error("a run that died changed release `{release}`, which was never verified")]
    NothingVerified {
        /// The release.
        release: ReleaseName,
    },
    /// A member exists, was never verified, and its checks fail.
    #[error("release `{release}` was never verified, and its checks fail now")]
    BaselineFailed {
        /// The release.
        release: ReleaseName,
    },
    /// The objects did not follow.
    #[error("{what}")]
    Rollout {
        /// The sentence of the waiter.
        what: String,
    },
    /// The checks failed.
    #[error("{failed} of {all} checks failed")]
    Checks {
        /// How many failed.
        failed: usize,
        /// How many there were.
        all: usize,
    },
    /// The lock was lost.
    #[error("the lock of release `{release}` was lost, and nothing more was written")]
    LockLost {
        /// The release.
        release: ReleaseName,
    },
    /// The namespace cannot be made.
    #[error("the namespace `{namespace}` cannot be made")]
    Namespace {
        /// Its name.
        namespace: names::Namespace,
        /// What the API server said.
        #[source]
        source: Box<kube::Error>,
    },
    /// The run was asked to stop.
    #[error("{}", reason.words())]
    Interrupted {
        /// Why.
        reason: Reason,
    },
    /// The run was told to end while it settled.
    #[error("the run was told to end before everything was settled")]
    LetGo,
    /// A program of the repository failed.
    #[error("step `{step}` {what}: {program} {how}")]
    Program {
        /// What that means: `failed`, `could not be undone`.
        what: &'static str,
        /// The step.
        step: StepName,
        /// The program.
        program: camino::Utf8PathBuf,
        /// How it ended.
        how: String,
    },
    /// A program of the repository is a file that nobody may run.
    #[error("{program} of step `{step}` may not be run")]
    NotExecutable {
        /// The step.
        step: StepName,
        /// The program.
        program: camino::Utf8PathBuf,
    },
    /// Somebody else's fields are in the way of an `apply` step.
    #[error("step `{step}` would take fields that somebody else manages, and takes none")]
    Conflicts {
        /// The step.
        step: StepName,
    },
    /// What an `apply` step would do is not what was shown.
    #[error("step `{step}` would do something else than was planned: {what}")]
    ApplyChanged {
        /// The step.
        step: StepName,
        /// What differs.
        what: String,
    },
    /// New objects of a step that was taken back stay, because others may keep their data in them.
    #[error("new objects of step `{step}` stay: deleting them would take along what others keep in them")]
    Kept {
        /// The step.
        step: StepName,
    },
    /// There is no verified release to go back to.
    #[error("release `{release}` has no verified revision to go back to")]
    NowhereToGo {
        /// The release.
        release: ReleaseName,
    },
}

pub(crate) fn let_go() -> ProblemRecord {
    ProblemRecord::from_diagnose(&Error::LetGo)
}

macro_rules! problems {
    ($($name:ident = $code:literal, $means:literal, $next:literal;)*) => {
        $(const $name: Code = Code::new($code);)*
        /// All problems of this crate.
        pub const PROBLEMS: &[Entry] = &[$(Entry { code: $name, means: $means, next: $next }),*];
    };
}

problems! {
    NOT_YET = "run.not_yet", "A key of federation.yaml is known, and this version does not act on it.",
        "Remove the key, or deploy with a version whose reference lists it.";
    FILE = "run.file", "A file that a member names cannot be read.",
        "Check the path in federation.yaml; paths are relative to it.";
    NO_KEY = "run.no_key", "A file is sealed and no key was given.",
        "Set GIT_CRYPT_KEY to the base64 of the key, or give --key FILE.";
    NO_IDENTITY = "run.no_identity", "A file is sealed with age and no private key is at hand.",
        "Name a file with --identity, or set AGE_IDENTITY to the key itself.";
    NO_VAULT = "run.no_vault", "A file is sealed with age, and nothing in federation.yaml says which vault vouches for it.",
        "Write `secrets: {age: {recipients: secrets/recipients.txt}}` into federation.yaml.";
    UNMASKED = "run.unmasked", "A secret value is too short or too common to be masked in outputs.",
        "Give the secret a longer value; until then, keep logs of this run to those who may know it.";
    NO_KUBECONFIG = "run.no_kubeconfig", "A member names no kubeconfig and none was given.",
        "Give --kubeconfig FILE, or --local for the one in KUBECONFIG, or a `kubeconfig:` in federation.yaml.";
    PLAN_CHANGED = "run.plan_changed", "The cluster changed between the plan and the lock.",
        "Nothing was written. Run again to plan on what is live now.";
    PLAN_STALE = "run.plan_stale", "The cluster or the files are not what they were when the plan was saved.",
        "Nothing was written. Make the plan again, look at what differs, and have it agreed to again.";
    PLAN_LACKS = "run.plan_lacks", "A member is to be deployed by a saved plan that was made without it.",
        "Name only members of the plan, or make it again with all of them.";
    DICE = "run.random_chart", "A chart uses random values or the time, so no plan of it can be held to.",
        "Give the values that it makes up in a values file, so that the plan shows what will be.";
    FOREIGN_PENDING = "run.foreign_pending", "Helm says that an operation is under way which no run of ours began.",
        "Wait for the other operation; if it is dead, `helm rollback RELEASE REVISION` to a good revision ends it.";
    NOTHING_VERIFIED = "run.nothing_verified", "A run died while it changed a release that had never been verified.",
        "Look at `helm history`; go back by hand with `helm rollback RELEASE REVISION`, then run again.";
    BASELINE_FAILED = "run.baseline_failed", "A release that was never verified does not pass its checks now.",
        "Mend it first, or go on with --accept-unverified, knowing that there is no way back.";
    ROLLOUT = "run.rollout", "Helm applied the release, and its objects did not become ready.",
        "See the cause: it names the object, the container and its last words.";
    CHECKS = "run.checks", "The release is live, and a user would not be served as wanted.",
        "See the failed checks: each names what it saw and what it wanted.";
    LOCK_LOST = "run.lock_lost", "The lock could not be renewed, so another run may have taken over.",
        "Run `deploy up` again: it settles what is left.";
    NAMESPACE = "run.namespace", "The namespace of a member is not there and cannot be made.",
        "Create it, or use a credential that may create namespaces.";
    INTERRUPTED = "run.interrupted", "The run was asked to stop by a signal.",
        "Run again when you are ready; the last lines say what is live now.";
    DEADLINE = "run.deadline", "The run took longer than its --deadline.",
        "Look at which stage took the time, and give more of it; the last lines say what is live now.";
    LET_GO = "run.let_go", "A second signal ended the run while it settled.",
        "Run `deploy up` again: it settles what is left before anything else.";
    NOWHERE = "run.nowhere_to_go", "A rollback was needed and no verified revision is recorded.",
        "Look at `helm history`; go back by hand with `helm rollback RELEASE REVISION`.";
    CONFLICTS = "run.apply_conflicts", "An `apply` step names fields that another manager of the object has set to something else.",
        "Leave the fields out of the manifest, or let their manager go with `kubectl apply --server-side --force-conflicts`.";
    APPLY_CHANGED = "run.apply_changed", "Between plan and lock an object of an `apply` step was changed.",
        "Plan again, and look at what changed.";
    KEPT = "run.apply_kept", "A step was taken back, and a new CRD, namespace or claim of it stays.",
        "Delete it by hand if nothing is kept in it.";
    PROGRAM = "run.program", "A program that a `run` step names failed, or did not end in time.",
        "Read its last lines, mend it and run again; `on-failure: continue` lets a run go on without it.";
    NOT_EXECUTABLE = "run.not_executable", "A program that a `run` step names is not executable.",
        "Run `git update-index --chmod=+x` and `chmod +x` on it, and begin it with a line like `#!/usr/bin/env python3`.";
}

impl Diagnose for Error {
    fn code(&self) -> Code {
        match self {
            Self::NotYet { .. } => NOT_YET,
            Self::File { .. } => FILE,
            Self::NoKey { .. } => NO_KEY,
            Self::NoIdentity { .. } => NO_IDENTITY,
            Self::NoVault { .. } => NO_VAULT,
            Self::Unmasked { .. } => UNMASKED,
            Self::NoKubeconfig { .. } => NO_KUBECONFIG,
            Self::PlanChanged { .. } => PLAN_CHANGED,
            Self::PlanStale { .. } => PLAN_STALE,
            Self::PlanLacks { .. } => PLAN_LACKS,
            Self::Dice { .. } => DICE,
            Self::ForeignPending { .. } => FOREIGN_PENDING,
            Self::NothingVerified { .. } => NOTHING_VERIFIED,
            Self::BaselineFailed { .. } => BASELINE_FAILED,
            Self::Rollout { .. } => ROLLOUT,
            Self::Checks { .. } => CHECKS,
            Self::LockLost { .. } => LOCK_LOST,
            Self::Namespace { .. } => NAMESPACE,
            Self::Interrupted { reason: Reason::Signal } => INTERRUPTED,
            Self::Interrupted { reason: Reason::Deadline } => DEADLINE,
            Self::LetGo => LET_GO,
            Self::NowhereToGo { .. } => NOWHERE,
            Self::Conflicts { .. } => CONFLICTS,
            Self::ApplyChanged { .. } => APPLY_CHANGED,
            Self::Kept { .. } => KEPT,
            Self::Program { .. } => PROGRAM,
            Self::NotExecutable { .. } => NOT_EXECUTABLE,
        }
    }

    fn help(&self) -> Option<Cow<'_, str>> {
        PROBLEMS.iter().find(|entry| entry.code == self.code()).map(|entry| entry.next.into())
    }

    fn place(&self) -> Option<problem::Place> {
        match self {
            Self::NotYet { place, .. } => Some(place.clone()),
            Self::File { path, .. }
            | Self::NoKey { path }
            | Self::NoIdentity { path }
            | Self::NoVault { path } => Some(problem::Place::new(path.clone(), 0, 0)),
            _ => None,
        }
    }
}
