//! One run at a time on a release.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::lease::{Sight, Step, Timings, decide};
use crate::{Error, Holder, Home};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

const HOLDER: &str = "deploy.jupyterhub.org/holder";

/// A held lock; it renews itself until it is released, dropped or lost.
#[derive(Debug)]
pub struct Lock {
    api: Api<Lease>,
    name: String,
    lost: watch::Receiver<bool>,
    renewal: tokio::task::JoinHandle<()>,
    version: Arc<std::sync::Mutex<Lease>>,
}

impl Lock {
    /// Takes the lock of a release.
    ///
    /// Waits for a silent holder to become stale, or for its next sign of life, which comes within one
    /// renewal. `gone` tells whether a holder's process is known to be dead; `waiting` is called once
    /// for each holder that is waited for.
    ///
    /// # Errors
    /// [`Error::Locked`] when another run holds it; [`Error::Api`] when the cluster refuses.
    pub async fn acquire(
        home: &Home,
        holder: &Holder,
        timings: Timings,
        clock: Clock,
        gone: impl Fn(&Holder) -> bool,
        mut waiting: impl FnMut(&Holder),
    ) -> Result<Self, Error> {
        let api: Api<Lease> = Api::namespaced(home.client.clone(), home.namespace.as_str());
        let name = home.record("lock");
        let begun = Instant::now();
        let mut first: Option<Sight> = None;
        loop {
            let wanted = lease(home, &name, Some(holder), clock());
            let Some(found) = api.get_opt(&name).await.map_err(|e| Error::api("read", "Lease", &name, e))?
            else {
                match api.create(&PostParams::default(), &wanted).await {
                    Ok(made) => return Ok(Self::keep(api, name, made, timings, clock)),
                    Err(error) if is_conflict(&error) => continue,
                    Err(error) => return Err(Error::api("create", "Lease", &name, error)),
                }
            };
            let now = sight(&found);
            let seen = first.get_or_insert_with(|| {
                now.holder.iter().for_each(&mut waiting);
                now.clone()
            });
            let dead = now.holder.as_ref().is_some_and(&gone);
            match decide(seen, &now, begun.elapsed(), &timings, dead) {
                Step::Refuse(holder) => return Err(Error::Locked { name, holder: Box::new(holder) }),
                Step::Wait(_) => tokio::time::sleep(Duration::from_millis(500).min(timings.stale)).await,
                Step::Take => {
                    let mut taken = wanted;
                    taken.metadata.resource_version = found.metadata.resource_version;
                    match api.replace(&name, &PostParams::default(), &taken).await {
                        Ok(made) => return Ok(Self::keep(api, name, made, timings, clock)),
                        // Somebody was faster: look at what they made of it.
                        Err(error) if is_conflict(&error) => {}
                        Err(error) => return Err(Error::api("replace", "Lease", &name, error)),
                    }
                }
            }
        }
    }

    /// Turns true when the lock is no longer ours: stop writing at once.
    #[must_use]
    pub fn lost(&self) -> watch::Receiver<bool> {
        self.lost.clone()
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// When the cluster refuses; the lease then becomes stale by itself.
    pub async fn release(self) -> Result<(), Error> {
        self.renewal.abort();
        let mut lease = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        lease.spec = Some(LeaseSpec::default());
        if let Some(annotations) = &mut lease.metadata.annotations {
            annotations.remove(HOLDER);
        }
        match self.api.replace(&self.name, &PostParams::default(), &lease).await {
            Ok(_) => Ok(()),
            // Taken over or removed with its namespace: there is nothing left to give back.
            Err(error) if is_conflict(&error) || is_gone(&error) => Ok(()),
            Err(error) => Err(Error::api("replace", "Lease", &self.name, error)),
        }
    }

    fn keep(api: Api<Lease>, name: String, lease: Lease, timings: Timings, clock: Clock) -> Self {
        let (tell, lost) = watch::channel(false);
        let version = Arc::new(std::sync::Mutex::new(lease));
        let renewal = tokio::spawn(renew(api.clone(), name.clone(), version.clone(), timings, clock, tell));
        Self { api, name, lost, renewal, version }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

async fn renew(
    api: Api<Lease>,
    name: String,
    version: Arc<std::sync::Mutex<Lease>>,
    timings: Timings,
    clock: Clock,
    tell: watch::Sender<bool>,
) {
    let mut good = Instant::now();
    let mut pause = timings.renew;
    loop {
        tokio::time::sleep(pause).await;
        let mut lease = version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(spec) = &mut lease.spec {
            spec.renew_time = Some(MicroTime(clock()));
        }
        let left = timings.give_up.saturating_sub(good.elapsed());
        match tokio::time::timeout(left, api.replace(&name, &PostParams::default(), &lease)).await {
            Ok(Ok(renewed)) => {
                good = Instant::now();
                pause = timings.renew;
                *version.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = renewed;
            }
            Ok(Err(error)) if is_conflict(&error) || is_gone(&error) => break,
            _ if good.elapsed() >= timings.give_up => break,
            // The API server may only be restarting: try again soon, the give-up time bounds it.
            _ => pause = Duration::from_secs(1).min(timings.renew),
        }
    }
    // Nobody listens any more only where the lock was dropped.
    let _ = tell.send(true);
}

fn lease(home: &Home, name: &str, holder: Option<&Holder>, now: Timestamp) -> Lease {
    let annotation = holder.and_then(|holder| serde_json::to_string(holder).ok());
    Lease {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(home.labels()),
            annotations: annotation.map(|text| [(HOLDER.to_owned(), text)].into()),
            ..ObjectMeta::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: holder.map(ToString::to_string),
            acquire_time: Some(MicroTime(now)),
            renew_time: Some(MicroTime(now)),
            ..LeaseSpec::default()
        }),
    }
}

fn sight(lease: &Lease) -> Sight {
    let annotations = lease.metadata.annotations.as_ref();
    let written =
        annotations.and_then(|map| map.get(HOLDER)).and_then(|text| serde_json::from_str(text).ok());
    // A lease that another tool took has no annotation of ours, and is held all the same.
    let identity =
        lease.spec.as_ref().and_then(|spec| spec.holder_identity.clone()).filter(|id| !id.is_empty());
    let stranger = |id: String| Holder {
        run: id,
        who: "unknown".into(),
        host: "unknown".into(),
        commit: None,
        process: None,
    };
    Sight {
        version: lease.metadata.resource_version.clone().unwrap_or_default(),
        holder: written.or_else(|| identity.map(stranger)),
    }
}

pub(crate) fn is_conflict(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 409)
}

pub(crate) fn is_gone(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 404)
}
