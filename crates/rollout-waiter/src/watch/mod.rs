//! The thin shell around the verdict: watches in, snapshots out.

mod clock;
mod engine;
mod feed;
mod follower;
mod gather;
mod lines;
mod owners;
mod served;
mod silence;
mod source;
mod trouble;
mod wire;

use futures::stream::{self, Stream};
use kube::Client;

use crate::error::Error;
use crate::policy::Policy;
use crate::scope::Scope;
use crate::snapshot::Snapshot;
use engine::Engine;
use gather::Gather;

/// Waits until everything in scope is ready, until something has failed, or until the deadline.
///
/// Snapshots come when something changed, at most ten a second, and end after the final one
/// ([`Snapshot::is_final`]). Requests: one watch for each kind and namespace, with a list
/// before it where the server cannot stream it, one for each custom kind's place in the API, one for
/// the cluster's clock, at most two for a log; a watch is begun anew after five minutes, or where it may
/// have died in silence, which is two requests a minute while nothing happens. Nothing is written.
/// Dropping the stream stops all of it.
///
/// # Errors
///
/// The stream's last item is an [`Error`] where a right is missing (at the first refusal), where the
/// cluster refuses a list, or where it did not answer at all until the deadline. A connection that
/// drops in between is no error: it is shown as [`Snapshot::trouble`] and tried again.
pub fn wait(
    client: Client,
    scope: Scope,
    policy: Policy,
) -> impl Stream<Item = Result<Snapshot, Error>> + Send {
    snapshots(Engine::new(client, scope, policy, Gather::Beside))
}

/// [`wait`], on a thread that does nothing else: while a large rollout is far from its end, the thread
/// sleeps for up to 50 milliseconds at a time, and takes what has come in the meantime in one go.
///
/// # Errors
///
/// As [`wait`].
pub fn wait_alone(
    client: Client,
    scope: Scope,
    policy: Policy,
) -> impl Stream<Item = Result<Snapshot, Error>> + Send {
    snapshots(Engine::new(client, scope, policy, Gather::Alone))
}

fn snapshots(engine: Engine) -> impl Stream<Item = Result<Snapshot, Error>> + Send {
    stream::unfold((engine, true), |(mut engine, goes_on)| async move {
        if !goes_on {
            return None;
        }
        let item = engine.next().await;
        let goes_on = matches!(&item, Ok(snapshot) if !snapshot.is_final());
        // Thousands of objects are put away when the next item is asked for: the last word comes first.
        Some((item, (engine, goes_on)))
    })
}
