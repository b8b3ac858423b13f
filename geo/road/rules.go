package road

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"lawcircle/geo"
)

// wayRule is what a profile makes of a way's tags.
type wayRule struct {
	aheadKmh, backKmh float64 // 0: closed in that direction
	mayStop           bool
	ends              bool // only for the first and last stretch of a trip
	spans             bool // bridge or tunnel: the ground's elevation is not the road's
}

func (r wayRule) open() bool { return r.aheadKmh > 0 || r.backKmh > 0 }

// rule interprets a way's tags; its line is for ferries with a duration.
func (p *Profile) rule(tags Tags, line orb.LineString) wayRule {
	class := classOf(tags)
	kmh, ends := p.classSpeed(class, tags)
	if kmh == 0 || tags["area"] == "yes" && !p.Areas || tags[squareTag] != "" && !p.CrossAreas {
		return wayRule{}
	}
	if class == "ferry" {
		kmh = ferryKmh(tags["duration"], geo.Length(line), p.Ferries.Kmh)
	}
	kmh = p.capped(kmh, tags)
	edited, err := strconv.ParseFloat(tags[speedTag], 64)
	bridge, tunnel := isBridge(tags), isTunnel(tags)
	rule := wayRule{ends: ends, spans: bridge || tunnel}
	rule.mayStop = !slices.Contains(p.Stop.NotClasses, class) && (!p.Stop.NotBridges || !bridge) && (!p.Stop.NotTunnels || !tunnel)
	ahead, back := p.directions(class, tags)
	if ahead {
		rule.aheadKmh = p.limited(kmh, tags, "maxspeed:forward")
	}
	if back {
		rule.backKmh = p.limited(kmh, tags, "maxspeed:backward")
	}
	if err == nil && kmh > 0 { // a speed that a user set stands above everything but closure
		rule.aheadKmh, rule.backKmh = edited*sign(rule.aheadKmh), edited*sign(rule.backKmh)
	}
	return rule
}

func sign(kmh float64) float64 {
	if kmh > 0 {
		return 1
	}
	return 0
}

func classOf(tags Tags) string {
	switch {
	case tags["highway"] != "":
		return tags["highway"]
	case tags["route"] == "ferry":
		return "ferry"
	case tags["railway"] == "platform":
		return "platform"
	}
	return ""
}

// classSpeed is the speed before caps, 0 for closed, and whether the way is for the ends of a trip only.
func (p *Profile) classSpeed(class string, tags Tags) (kmh float64, ends bool) {
	open, ends, decided := p.access(tags)
	if !open {
		return 0, false
	}
	permitted := decided != "" && slices.Contains(p.Access.ModeKeys, decided)
	if !permitted && p.closedByTag(tags) {
		return 0, false
	}
	if class == "ferry" {
		if !p.Ferries.Use {
			return 0, false
		}
		return p.Ferries.Kmh, ends
	}
	if speed, ok := p.PermittedSpeeds[class]; ok && permitted {
		return speed, ends
	}
	return p.Speeds[class], ends
}

// access follows the keys from the most specific to the most general; decided is the key that was there.
func (p *Profile) access(tags Tags) (open, ends bool, decided string) {
	for _, key := range p.Access.Keys {
		value, ok := tags[key]
		if !ok {
			continue
		}
		value, _, _ = strings.Cut(value, ";")
		value = strings.TrimSpace(value)
		return !slices.Contains(p.Access.Closed, value), slices.Contains(p.Access.Ends, value), key
	}
	return true, false, ""
}

func (p *Profile) closedByTag(tags Tags) bool {
	for key, values := range p.Access.ClosedTags {
		if value, ok := tags[key]; ok && slices.Contains(values, value) {
			return true
		}
	}
	return false
}

// capped is the speed under the lowest cap that the tags call for.
func (p *Profile) capped(kmh float64, tags Tags) float64 {
	for key, caps := range p.Caps {
		value, _, _ := strings.Cut(tags[key], ";")
		if limit, ok := caps[value]; ok {
			kmh = min(kmh, limit)
		}
	}
	return kmh
}

// limited is the speed under the posted limit of one direction.
func (p *Profile) limited(kmh float64, tags Tags, directionKey string) float64 {
	if !p.MaxSpeed.Obey {
		return kmh
	}
	for _, key := range []string{directionKey, "maxspeed"} {
		if limit, ok := parseMaxSpeed(tags[key]); ok {
			return min(kmh, limit*p.MaxSpeed.Factor)
		}
	}
	return kmh
}

// parseMaxSpeed reads a maxspeed value in km/h: a number, a number with mph or knots, several with ";" (the lowest counts), "walk", or
// a country's implicit limit of which urban, rural and living_street are alike nearly everywhere.
func parseMaxSpeed(value string) (kmh float64, ok bool) {
	for part := range strings.SplitSeq(value, ";") {
		if speed, good := parseOneMaxSpeed(strings.TrimSpace(part)); good && (!ok || speed < kmh) {
			kmh, ok = speed, true
		}
	}
	return kmh, ok
}

func parseOneMaxSpeed(value string) (float64, bool) {
	factor := 1.0
	for suffix, unit := range map[string]float64{"mph": 1.609344, "knots": 1.852, "km/h": 1} {
		if number, found := strings.CutSuffix(value, suffix); found {
			value, factor = strings.TrimSpace(number), unit
		}
	}
	if number, err := strconv.ParseFloat(value, 64); err == nil {
		return number * factor, number >= 1 && number <= 300
	}
	switch _, zone, _ := strings.Cut(value, ":"); {
	case value == "walk" || zone == "walk" || zone == "living_street":
		return 10, true
	case zone == "urban":
		return 50, true
	case zone == "rural":
		return 90, true
	}
	return 0, false
}

// directions tells which ways along the drawn direction are open.
func (p *Profile) directions(class string, tags Tags) (ahead, back bool) {
	for _, key := range p.OneWay.Keys {
		if value, ok := tags[key]; ok {
			return parseOneWay(value)
		}
	}
	if !p.OneWay.Obey {
		return true, true
	}
	value, ok := tags["oneway"]
	switch {
	case ok:
		ahead, back = parseOneWay(value)
	case tags["junction"] == "roundabout" || tags["junction"] == "circular" || class == "motorway" || class == "motorway_link":
		ahead = true
	default:
		return true, true
	}
	if p.OneWay.Contraflow && contraflow(tags) {
		return true, true
	}
	return ahead, back
}

func parseOneWay(value string) (ahead, back bool) {
	switch value {
	case "yes", "1", "true":
		return true, false
	case "-1", "reverse":
		return false, true
	}
	return true, true
}

func contraflow(tags Tags) bool {
	for _, key := range []string{"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"} {
		if strings.HasPrefix(tags[key], "opposite") {
			return true
		}
		if oneway, ok := tags[key+":oneway"]; ok && key != "cycleway" && (oneway == "-1" || oneway == "no") {
			return true
		}
	}
	return false
}

func isBridge(tags Tags) bool { return tags["bridge"] != "" && tags["bridge"] != "no" }

func isTunnel(tags Tags) bool {
	switch tags["tunnel"] {
	case "", "no", "building_passage", "covered":
		return false
	}
	return true
}

// ferryKmh is the speed that a ferry's duration means ("1:30", "90", "PT1H30M"), or the given one.
func ferryKmh(duration string, lengthM, otherwise float64) float64 {
	if d, ok := parseDuration(duration); ok && lengthM > 0 {
		return max(minKmh, min(maxKmh, lengthM/1000/d.Hours()))
	}
	return otherwise
}

func parseDuration(value string) (time.Duration, bool) {
	if iso, found := strings.CutPrefix(value, "PT"); found {
		d, err := time.ParseDuration(strings.ToLower(iso))
		return d, err == nil && d > 0
	}
	parts := strings.Split(value, ":")
	if len(parts) > 3 {
		return 0, false
	}
	unit := time.Minute // of the first part: minutes alone, else hours
	if len(parts) > 1 {
		unit = time.Hour
	}
	var d time.Duration
	for _, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 || n > 10000 {
			return 0, false
		}
		d += time.Duration(n) * unit
		unit /= 60
	}
	return d, d > 0
}

// blocks tells whether a node cannot be passed.
func (p *Profile) blocks(tags Tags) bool {
	barrier, ok := tags["barrier"]
	if !ok || barrier == "no" || p.Barriers.Ignore {
		return false
	}
	if open, _, decided := p.access(tags); decided != "" {
		return !open
	}
	if len(p.Barriers.Closed) > 0 {
		return slices.Contains(p.Barriers.Closed, barrier)
	}
	return !slices.Contains(p.Barriers.Open, barrier)
}
