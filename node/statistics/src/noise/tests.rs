use super::*;

fn version() -> Version {
    Version { manifest: 1, epoch: Epoch::new(2026, 4).unwrap() }
}

fn parts(nodes: u32, cells: usize) -> Vec<i64> {
    let keys: Vec<NoiseKey> =
        (0..nodes).map(|node| NoiseKey::new(&[u8::try_from(node).unwrap(); 32])).collect();
    let whole = |cell| keys.iter().map(|key| i64::from(key.part(version(), Cell(cell), nodes))).sum();
    (0..cells).map(whole).collect()
}

fn real(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap())
}

fn count(draws: &[i64]) -> f64 {
    real(draws.iter().map(|_| 1).sum())
}

/// The chance that a Skellam number of two means of `mean` each is `value`, summed term by term.
fn skellam(mean: f64, value: i64) -> f64 {
    let poisson = |number: i64| (1..=number).fold((-mean).exp(), |chance, at| chance * mean / real(at));
    (0..40).map(|down| poisson(down) * poisson(down + value.abs())).sum()
}

/// The chi-square statistic of draws against a distribution, over bins that expect at least ten, with their number.
fn chi_square(draws: &[i64], chance: impl Fn(i64) -> f64) -> (f64, usize) {
    let expected = |value| chance(value) * count(draws);
    let widest = (0..20).take_while(|value| expected(*value) >= 10.0).last().unwrap();
    let seen = |value| real(draws.iter().filter(|draw| **draw == value).map(|_| 1).sum());
    let inner: f64 =
        (-widest..=widest).map(|value| (seen(value) - expected(value)).powi(2) / expected(value)).sum();
    let outside = real(draws.iter().filter(|draw| draw.abs() > widest).map(|_| 1).sum());
    let rest = count(draws) - (-widest..=widest).map(expected).sum::<f64>();
    (inner + (outside - rest).powi(2) / rest.max(1.0), usize::try_from(2 * widest + 2).unwrap())
}

/// Far out in the tail of the chi-square distribution: about one seed in ten thousand would fail (Wilson and Hilferty).
fn too_far(freedom: usize) -> f64 {
    let freedom = real(i64::try_from(freedom).unwrap());
    freedom * (1.0 - 2.0 / (9.0 * freedom) + 3.72 * (2.0 / (9.0 * freedom)).sqrt()).powi(3)
}

#[test]
fn the_parts_of_nine_nodes_add_up_to_skellam_noise_of_variance_two() {
    let noise = parts(9, 20_000);
    let (statistic, bins) = chi_square(&noise, |value| skellam(1.0, value));
    assert!(statistic < too_far(bins - 1), "{statistic} over {bins} bins");
    let (all, sum) = (count(&noise), real(noise.iter().sum()));
    let variance = noise.iter().map(|part| real(part * part)).sum::<f64>() / all - (sum / all).powi(2);
    let error = noise.iter().map(|part| real(part.abs())).sum::<f64>() / all;
    println!("mean {:.4}, variance {variance:.4}, mean absolute error {error:.4}", sum / all);
    assert!((sum / all).abs() < 0.04 && (variance - 2.0).abs() < 0.1 && error < 1.1);
}

#[test]
fn one_part_of_nine_and_the_only_part_of_one_are_skellam_numbers_too() {
    for nodes in [1, 9] {
        let key = NoiseKey::new(&[42; 32]);
        let draws: Vec<i64> =
            (0..40_000).map(|cell| i64::from(key.part(version(), Cell(cell), nodes))).collect();
        let (statistic, bins) = chi_square(&draws, |value| skellam(1.0 / f64::from(nodes), value));
        assert!(statistic < too_far(bins - 1), "{nodes}: {statistic} over {bins} bins");
    }
}

#[test]
fn a_version_of_a_cell_always_has_the_same_noise_and_another_version_has_other_noise() {
    let key = NoiseKey::new(&[7; 32]);
    let draw =
        |key: &NoiseKey, version| (0..200).map(|cell| key.part(version, Cell(cell), 9)).collect::<Vec<_>>();
    assert_eq!(draw(&key, version()), draw(&key, version()));
    let later = Version { epoch: Epoch::new(2027, 1).unwrap(), ..version() };
    assert_ne!(draw(&key, version()), draw(&key, later));
    assert_ne!(draw(&key, version()), draw(&key, Version { manifest: 2, ..version() }));
    assert_ne!(draw(&key, version()), draw(&NoiseKey::new(&[8; 32]), version()));
}

#[test]
fn a_number_below_a_bound_is_uniform() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[3; 32]);
    let mut source = Draws { key: &key, version: version(), cell: Cell(0), block: 0, words: Vec::new() };
    let numbers: Vec<i64> = (0..30_000).map(|_| i64::from(source.below(7)) - 3).collect();
    let (statistic, bins) = chi_square(&numbers, |value| if value.abs() <= 3 { 1.0 / 7.0 } else { 0.0 });
    assert!(statistic < too_far(bins - 1), "{statistic}");
}
