package road

import (
	"fmt"
	"maps"
	"slices"
)

const (
	minKmh = 0.1
	maxKmh = 200
	maxM   = 1e6
)

func (p *Profile) check() error {
	checks := []func() error{p.checkHead, p.checkSpeeds, p.checkRules}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Profile) checkHead() error {
	if p.Name == "" {
		return fmt.Errorf("name is missing")
	}
	if !slices.Contains([]string{"foot", "bicycle", "car"}, p.Mode) {
		return fmt.Errorf("mode is %q, must be foot, bicycle or car", p.Mode)
	}
	return firstError(
		inRange("off_road.kmh", p.OffRoad.Kmh, minKmh, maxKmh),
		inRange("off_road.detour", p.OffRoad.Detour, 1, 10),
		inRange("snap_max_m", p.SnapMaxM, 0, maxM),
		inRange("direct_walk_max_m", p.DirectWalkMaxM, 0, maxM),
		inRange("main_network_km", p.MainNetworkKm, 0, maxM),
	)
}

func (p *Profile) checkSpeeds() error {
	if len(p.Speeds) == 0 {
		return fmt.Errorf("speeds is empty: no road could be used")
	}
	for _, table := range []map[string]float64{p.Speeds, p.PermittedSpeeds} {
		for _, class := range slices.Sorted(maps.Keys(table)) {
			if err := inRange("speed of "+class, table[class], minKmh, maxKmh); err != nil {
				return err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.Caps)) {
		for _, value := range slices.Sorted(maps.Keys(p.Caps[key])) {
			if cap := p.Caps[key][value]; cap != 0 {
				if err := inRange("cap of "+key+"="+value, cap, minKmh, maxKmh); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (p *Profile) checkRules() error {
	if p.MaxSpeed.Obey {
		if err := inRange("max_speed.factor", p.MaxSpeed.Factor, 0.1, 1.5); err != nil {
			return err
		}
	}
	if p.Ferries.Use {
		if err := inRange("ferries.kmh", p.Ferries.Kmh, minKmh, maxKmh); err != nil {
			return err
		}
	}
	if t := p.Turns; t != nil {
		if err := firstError(
			inRange("turns.turn_s", t.TurnS, 0, 600), inRange("turns.u_turn_s", t.UTurnS, 0, 3600),
			inRange("turns.signal_s", t.SignalS, 0, 600), inRange("turns.bias", t.Bias, 0.5, 2),
		); err != nil {
			return err
		}
	}
	if s := p.Slope; s != nil {
		if s.Rule != "tobler" && s.Rule != "cycling" {
			return fmt.Errorf("slope.rule is %q, must be tobler or cycling", s.Rule)
		}
		return firstError(inRange("slope.step_m", s.StepM, 1, 1000), inRange("slope.max_kmh", s.MaxKmh, minKmh, maxKmh))
	}
	return nil
}

func inRange(name string, value, low, high float64) error {
	if value >= low && value <= high { // false for NaN
		return nil
	}
	return fmt.Errorf("%s is %g, must be %g to %g", name, value, low, high)
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
