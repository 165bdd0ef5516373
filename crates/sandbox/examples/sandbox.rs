//! A small command line: `up FOLDER CACHE`, `down FOLDER`, `status FOLDER`, `proxy CONFIG`,
//! `tools CACHE NAME...`.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "an example is a small program")]

use camino::Utf8PathBuf;
use sandbox::{Config, Layout, ProxyConfig, Search, Tool, Tools};
use std::time::Duration;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["up", folder, cache] => {
            let path = std::env::var("PATH").unwrap_or_default();
            let own = std::env::current_exe()?.to_string_lossy().into_owned();
            let config = Config {
                folder: (*folder).into(),
                search: Search {
                    assets: None,
                    cache: (*cache).into(),
                    path: path.split(':').map(Utf8PathBuf::from).collect(),
                },
                extra_tools: vec![Tool::Helm3, Tool::Helm4, Tool::Kubectl],
                nodes: 1,
                proxy_command: vec![own, "proxy".to_owned()],
                services: Vec::new(),
                patience: Duration::from_secs(60),
            };
            let state = sandbox::up(&config, &mut |event| println!("{event:?}")).await?;
            println!("{}", serde_json::to_string_pretty(&state)?);
        }
        ["down", folder] => println!("{} ended", sandbox::down(&Layout::new(*folder)).await?),
        ["status", folder] => {
            for component in sandbox::status(&Layout::new(*folder)).await? {
                println!("{component:?}");
            }
        }
        ["tools", cache, names @ ..] => {
            let search = Search { assets: None, cache: (*cache).into(), path: Vec::new() };
            let tools = names.iter().map(|name| serde_json::from_value((*name).into()));
            let tools = tools.collect::<Result<Vec<Tool>, _>>()?;
            println!("{:?}", Tools::ensure(&search, &tools, &mut |event| println!("{event:?}")).await?);
        }
        ["proxy", config] => sandbox::run_proxy(ProxyConfig::read((*config).into())?).await?,
        _ => println!("up FOLDER CACHE | down FOLDER | status FOLDER | proxy CONFIG | tools CACHE NAME.."),
    }
    Ok(())
}
