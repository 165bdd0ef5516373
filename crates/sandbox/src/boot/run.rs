//! The order of a boot, from programs to the state file.

use camino::Utf8PathBuf;
use std::collections::BTreeMap;
use std::time::Duration;

use super::argv::{self, Ports};
use super::cluster::Cluster;
use super::start::Starter;
use super::{access, ports, services};
use crate::ledger::Ledger;
use crate::probe::Prober;
use crate::proxy::ProxyConfig;
use crate::{Error, Event, Layout, Report, Search, Service, State, Tool, Tools, error, files, stages};

/// What a sandbox should be.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its folder; an absolute path. Everything it writes is in it.
    pub folder: Utf8PathBuf,
    /// Where programs are found and put.
    pub search: Search,
    /// Programs beyond the control plane's: [`Tool::Kubectl`], [`Tool::Helm3`], [`Tool::Helm4`].
    pub extra_tools: Vec<Tool>,
    /// How many simulated nodes there are.
    pub nodes: u16,
    /// The command that runs [`run_proxy`](crate::run_proxy) with the configuration file that is
    /// appended as its last argument.
    pub proxy_command: Vec<String>,
    /// Programs to run beside the control plane.
    pub services: Vec<Service>,
    /// How long each component may take to get ready.
    pub patience: Duration,
}

/// Brings a sandbox up and returns its state, which is in the folder's `state.json` from then on.
///
/// One that is up and healthy is left as it is, but for services that are missing. What is left of
/// a broken one is ended first. Dropping the future before it is done ends what it has started.
///
/// # Errors
/// Those of [`Tools::ensure`]; [`Error::Died`] and [`Error::NotReady`] name the component at fault
/// and its log.
pub async fn up(config: &Config, report: Report<'_>) -> Result<State, Error> {
    let layout = Layout::new(&config.folder);
    std::fs::create_dir_all(layout.folder()).map_err(error::io("create", layout.folder()))?;
    let _lock = crate::lock::hold(layout.lock()).await?;
    if let Some(mut state) = crate::status::healthy_state(&layout).await? {
        report(Event::AlreadyUp);
        let tools = Tools::ensure(&config.search, &config.extra_tools, report).await?;
        add_tools(&mut state, &tools);
        crate::state::write(&layout, &state)?;
        return services::add(&layout, state, &config.services, config.patience, report).await;
    }
    let wanted = [&Tool::CORE[..], &config.extra_tools].concat();
    let tools = Tools::ensure(&config.search, &wanted, report).await?;
    let ended = crate::down::end(&layout).await?;
    if ended > 0 {
        report(Event::Cleaned { ended });
    }
    crate::down::forget_logs(&layout)?;
    let state = boot(config, &layout, &tools, report).await?;
    services::add(&layout, state, &config.services, config.patience, report).await
}

async fn boot(config: &Config, layout: &Layout, tools: &Tools, report: Report<'_>) -> Result<State, Error> {
    let [etcd, etcd_peer, apiserver, controller_manager, scheduler, kwok, proxy, control, node] =
        ports::several()?;
    let ports =
        Ports { etcd, etcd_peer, apiserver, controller_manager, scheduler, kwok, proxy, control, node };
    for folder in [layout.logs(), layout.certificates(), layout.etcd()] {
        std::fs::create_dir_all(&folder).map_err(error::io("create", &folder))?;
    }
    let logins = access::write_secrets(layout)?;
    files::write(&layout.stages(), &stages::kwok_config()?)?;

    let mut starter = Starter::new(layout, Ledger::open(layout)?, config.patience, report);
    starter.start("etcd", tools.path(Tool::Etcd)?, &argv::etcd(layout, ports))?;
    let server = argv::apiserver(layout, ports);
    starter.start("kube-apiserver", tools.path(Tool::KubeApiserver)?, &server)?;
    starter.file("kube-apiserver", &layout.certificate()).await?;
    let prober = Prober::new(&layout.certificate())?;
    let server_url = format!("https://127.0.0.1:{}", ports.apiserver);
    let proxy_url = format!("http://127.0.0.1:{}", ports.proxy);
    access::write_kubeconfigs(layout, &logins, &server_url, &proxy_url)?;
    start_proxy(config, layout, ports, &server_url, &logins, &mut starter)?;
    starter.ready("etcd", &prober, &format!("http://127.0.0.1:{}/health", ports.etcd)).await?;
    starter.ready("kube-apiserver", &prober, &format!("{server_url}/readyz")).await?;

    let manager = argv::controller_manager(layout, ports);
    let program = tools.path(Tool::KubeControllerManager)?;
    starter.start("kube-controller-manager", program, &manager)?;
    let scheduler = argv::scheduler(layout, ports);
    starter.start("kube-scheduler", tools.path(Tool::KubeScheduler)?, &scheduler)?;
    starter.start("kwok", tools.path(Tool::Kwok)?, &argv::kwok(layout, ports))?;
    let health = health_urls(ports);
    let cluster = Cluster::connect(layout).await?;
    cluster.furnish(config.nodes).await?;
    for (component, url) in &health {
        if !matches!(component.as_str(), "etcd" | "kube-apiserver") {
            starter.ready(component, &prober, url).await?;
        }
    }
    starter.until("kwok", "nodes", || cluster.usable(config.nodes)).await?;
    let pids = starter.keep();
    let mut state = State {
        kubeconfig: layout.kubeconfig(),
        kubectl: None,
        helm: test_support::Helms::default(),
        proxy: test_support::Proxy {
            url: proxy_url,
            control: format!("http://127.0.0.1:{}", ports.control),
            kubeconfig: layout.proxy_kubeconfig(),
            log: layout.fault_log(),
        },
        audit_log: layout.audit_log(),
        services: BTreeMap::new(),
        nobody: layout.component_kubeconfig(access::NOBODY),
        pids,
        health,
        logs: layout.logs(),
    };
    add_tools(&mut state, tools);
    crate::state::write(layout, &state)?;
    Ok(state)
}

/// Names the users' programs in the state; those it names already stay.
fn add_tools(state: &mut State, tools: &Tools) {
    for (tool, place) in [
        (Tool::Kubectl, &mut state.kubectl),
        (Tool::Helm3, &mut state.helm.v3),
        (Tool::Helm4, &mut state.helm.v4),
    ] {
        if let Some(path) = tools.get(tool) {
            *place = Some(path.to_owned());
        }
    }
}

/// Where each component tells its health.
fn health_urls(ports: Ports) -> BTreeMap<String, String> {
    [
        ("etcd", format!("http://127.0.0.1:{}/health", ports.etcd)),
        ("kube-apiserver", format!("https://127.0.0.1:{}/readyz", ports.apiserver)),
        ("kube-controller-manager", format!("https://127.0.0.1:{}/healthz", ports.controller_manager)),
        ("kube-scheduler", format!("https://127.0.0.1:{}/healthz", ports.scheduler)),
        ("kwok", format!("http://127.0.0.1:{}/healthz", ports.kwok)),
        ("proxy", format!("http://127.0.0.1:{}/healthz", ports.control)),
    ]
    .map(|(component, url)| (component.to_owned(), url))
    .into()
}

fn start_proxy(
    config: &Config,
    layout: &Layout,
    ports: Ports,
    server_url: &str,
    logins: &[access::Login],
    starter: &mut Starter<'_>,
) -> Result<(), Error> {
    let token = logins.iter().find(|login| login.component == access::NODE);
    let proxy = ProxyConfig {
        upstream: server_url.to_owned(),
        certificate: layout.certificate(),
        certificate_key: layout.certificate_key(),
        token: token.map(|login| login.token.clone()).unwrap_or_default(),
        port: ports.proxy,
        control_port: ports.control,
        node_port: ports.node,
        fault_log: layout.fault_log(),
    };
    let path = layout.proxy_config();
    let text = serde_json::to_string_pretty(&proxy)
        .map_err(|source| Error::Unreadable { path: path.clone(), source })?;
    files::write(&path, &text)?;
    let Some((program, arguments)) = config.proxy_command.split_first() else {
        return Ok(());
    };
    let arguments = [arguments, &[path.into_string()]].concat();
    starter.start("proxy", program.as_str().into(), &arguments)
}
