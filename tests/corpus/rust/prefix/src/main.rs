//! Takes every variable whose name begins with DEMO_, and one by its name.
fn main() {
    println!("{:?}", std::env::var("DEMONSTRATOR"));
    for (name, value) in std::env::vars().filter(|(name, _)| name.starts_with("DEMO_")) {
        println!("{name}={value}");
    }
}
