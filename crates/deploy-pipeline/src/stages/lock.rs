//! Lock: one run at a time on a release.

use deploy_events::{Kind, Stage};
use deploy_ledger::{Home, Lock};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use problem::ProblemRecord;

use crate::run::Voice;
use crate::site::Site;
use crate::work::Work;
use crate::{Error, Stop, Why};

/// Holds the lock of a release from now on; makes its namespace where it is not there.
pub(crate) async fn lock(site: &Site, work: &mut Work) -> Result<(), Stop> {
    if work.lock.is_some() {
        return Ok(());
    }
    let home = Home {
        client: site.client.clone(),
        namespace: work.input.helm.namespace.clone(),
        release: work.input.helm.release.clone(),
    };
    let lock = site
        .voice
        .stage(Stage::Lock, async |voice| {
            let lock = voice
                .race(async {
                    ensure(&home).await?;
                    acquire(voice, &home).await
                })
                .await?;
            Ok((lock, format!("release {}", home.release)))
        })
        .await?;
    site.voice.fence.rest_on(&lock, &work.input.helm.release);
    work.lock = Some(lock);
    Ok(())
}

async fn acquire(voice: &Voice, home: &Home) -> Result<Lock, Stop> {
    let run = &voice.run;
    let waiting = |holder: &deploy_ledger::Holder| voice.say(Kind::LockWait { holder: holder.to_string() });
    let gone = |holder: &deploy_ledger::Holder| (run.tools.gone)(holder);
    let lock = Lock::acquire(home, &run.holder(), run.request.timings, run.clock(), gone, waiting).await;
    lock.map_err(|error| match error {
        deploy_ledger::Error::Locked { .. } => Stop::new(Why::Refused, ProblemRecord::from_diagnose(&error)),
        _ => Stop::failed(&error),
    })
}

async fn ensure(home: &Home) -> Result<(), Stop> {
    let api: Api<Namespace> = Api::all(home.client.clone());
    let failed = |source| {
        Stop::failed(&Error::Namespace { namespace: home.namespace.clone(), source: Box::new(source) })
    };
    match api.get_opt(home.namespace.as_str()).await {
        Ok(Some(_)) => return Ok(()),
        // A credential of one namespace may not look at namespaces; that it is there shows in the next write.
        Err(kube::Error::Api(status)) if status.code == 403 => return Ok(()),
        Ok(None) => {}
        Err(error) => return Err(failed(error)),
    }
    let namespace = Namespace {
        metadata: ObjectMeta { name: Some(home.namespace.to_string()), ..ObjectMeta::default() },
        ..Namespace::default()
    };
    match api.create(&PostParams::default(), &namespace).await {
        Ok(_) => Ok(()),
        // Another member's run was faster.
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(()),
        Err(error) => Err(failed(error)),
    }
}
