//! How patient the waiter is.

use std::collections::BTreeSet;
use std::time::Duration;

/// The numbers behind the rules. Every grace runs from the first sighting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The whole wait may take this long.
    pub deadline: Duration,
    /// A container that failed this often is a failure. A failed *start* needs one less.
    ///
    /// Three, since a container that waits for another one often ends twice and then stays up,
    /// and up to its third start it looks exactly like a crash loop.
    pub crash_failures: u32,
    /// How long a pod must stay ready where no probe vouches for it.
    ///
    /// Without a probe a container counts as ready at each start, for as long as it lives.
    pub settle: Duration,
    /// How long the scheduler may find no node.
    pub unschedulable_grace: Duration,
    /// How long a ConfigMap or Secret may be missing.
    ///
    /// The kubelet looks again every 12 to 32 seconds, so an object that comes late needs this much.
    pub missing_grace: Duration,
    /// How long a registry may refuse the image.
    pub image_auth_grace: Duration,
    /// How long a quota or an admission rule may refuse pods.
    pub admission_grace: Duration,
    /// How long an admission webhook may be out of order.
    pub webhook_grace: Duration,
    /// How long a controller may report that it cannot go on.
    pub controller_grace: Duration,
    /// How long an awaited object may be absent.
    pub vanished_grace: Duration,
    /// How long a container may stay unready whose probes allow it less, in their own figures.
    pub readiness_grace: Duration,
    /// How long a Service may wait for its load balancer, from its creation; then it is a note.
    pub load_balancer_grace: Duration,
    /// How long a watch on which a verdict hangs may say nothing, before the server is asked whether
    /// the connection is dead.
    pub silence: Duration,
    /// Custom resources that must be ready, as `Kind.group`: `ExternalSecret.external-secrets.io`.
    /// The others are reported and not waited for, certificates excepted.
    pub blocking: BTreeSet<String>,
    /// Whether to fetch the last log lines of a container that failed.
    pub fetch_logs: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(600),
            crash_failures: 3,
            settle: Duration::from_secs(3),
            unschedulable_grace: Duration::from_secs(15),
            missing_grace: Duration::from_secs(45),
            image_auth_grace: Duration::from_secs(15),
            admission_grace: Duration::from_secs(3),
            webhook_grace: Duration::from_secs(60),
            controller_grace: Duration::from_secs(15),
            vanished_grace: Duration::from_secs(5),
            readiness_grace: Duration::from_secs(120),
            load_balancer_grace: Duration::from_secs(30),
            silence: Duration::from_secs(30),
            blocking: BTreeSet::new(),
            fetch_logs: true,
        }
    }
}
