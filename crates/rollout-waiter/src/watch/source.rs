//! All that is to be known about one kind in one namespace, as reports.

use std::sync::Arc;
use std::time::Duration;

use futures::future;
use futures::stream::{self, Stream, StreamExt as _};
use kube::Client;
use tokio::sync::Notify;

use super::follower::Follower;
use super::served;
use super::trouble::{Trouble, Verb};
use crate::model::Object;
use crate::scope::Watch;

/// How often to ask again for a kind that is not served, since its definition may be on its way.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// What a source reports.
pub(super) enum Report {
    /// A list begins: what it does not name is gone.
    Begin,
    /// An object as the list shows it.
    Listed(Object),
    /// The list ends.
    End,
    /// An object was made or changed.
    Changed(Object),
    /// An object was deleted.
    Deleted(Object),
    /// The watch has begun, or was told that nothing has happened: a sign of life.
    Alive,
    /// Something failed; the source goes on by itself.
    Trouble(Trouble),
}

/// The reports on what a watch asks for: endless, but for an optional watch that is refused.
/// Whenever `anew` is notified, the watch is begun anew where it has got to.
pub(super) fn source(client: Client, watch: Watch, anew: Arc<Notify>) -> impl Stream<Item = Report> + Send {
    let asking = stream::unfold(Some((client, watch, Duration::ZERO)), |asking| async {
        let (client, watch, pause) = asking?;
        tokio::time::sleep(pause).await;
        match served::find(&client, &watch).await {
            Ok(served) => Some((Ok(Follower::new(client, watch, served)), None)),
            Err(error) => {
                let trouble = Trouble { verb: Verb::List, error };
                let again = !trouble.is_final(&watch);
                Some((Err(trouble), again.then_some((client, watch, ASK_AGAIN))))
            }
        }
    });
    asking.flat_map(move |asked| match asked {
        Ok(follower) => follower.reports(anew.clone()).left_stream(),
        Err(trouble) => stream::once(future::ready(Report::Trouble(trouble))).right_stream(),
    })
}
