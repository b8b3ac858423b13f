package road

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Profile says who travels and how: which ways and at what speed, how far a straight walk may be, what turns cost. All speeds are in
// kilometres per hour. See the files in profiles/ for the built-in ones, commented.
type Profile struct {
	Name  string            `yaml:"name" json:"name"`
	Title map[string]string `yaml:"title" json:"title"` // by language: zh, en
	// Mode is "foot", "bicycle" or "car"; it decides how slope and one-way streets are understood.
	Mode string `yaml:"mode" json:"mode"`

	OffRoad OffRoad `yaml:"off_road" json:"off_road"`
	// SnapMaxM is the longest straight walk between a point and the road, in metres; 0 means no limit.
	SnapMaxM float64 `yaml:"snap_max_m" json:"snap_max_m"`
	// DirectWalkMaxM is the longest straight walk from door to door without a road, in metres; 0 means none.
	DirectWalkMaxM float64 `yaml:"direct_walk_max_m" json:"direct_walk_max_m"`
	// MainNetworkKm is the length of road from which a cut-off part of the network counts as a network of its own, not as an island;
	// 0 means that only the largest part counts.
	MainNetworkKm float64 `yaml:"main_network_km" json:"main_network_km"`

	// Speeds by class: a highway value, "ferry" (route=ferry) or "platform". A class without a speed is closed.
	Speeds map[string]float64 `yaml:"speeds" json:"speeds"`
	// PermittedSpeeds are for classes open only where a tag of the mode itself says so (foot=yes on a trunk road).
	PermittedSpeeds map[string]float64 `yaml:"permitted_speeds" json:"permitted_speeds"`
	// Caps lower the speed: tag key, value, km/h. The lowest cap wins; a cap of 0 closes the way.
	Caps     map[string]map[string]float64 `yaml:"caps" json:"caps"`
	MaxSpeed MaxSpeed                      `yaml:"max_speed" json:"max_speed"`
	Ferries  Ferries                       `yaml:"ferries" json:"ferries"`
	Access   Access                        `yaml:"access" json:"access"`
	OneWay   OneWay                        `yaml:"one_way" json:"one_way"`
	Barriers Barriers                      `yaml:"barriers" json:"barriers"`
	// Walls are ways that no straight walk crosses: tag key, values. Bridges, tunnels and what is dry for most of the year are none.
	Walls map[string][]string `yaml:"walls" json:"walls"`
	// Areas tells whether one travels along the rim of ways with area=yes; CrossAreas, whether straight across as well, between their
	// ways in; squares drawn as relations are open to profiles that cross areas only.
	Areas      bool   `yaml:"areas" json:"areas"`
	CrossAreas bool   `yaml:"cross_areas" json:"cross_areas"`
	Stop       Stop   `yaml:"stop" json:"stop"`
	Turns      *Turns `yaml:"turns" json:"turns"`
	Slope      *Slope `yaml:"slope" json:"slope"`
}

// OffRoad is straight walking between a point and the road, and from door to door.
type OffRoad struct {
	Kmh    float64 `yaml:"kmh" json:"kmh"`
	Detour float64 `yaml:"detour" json:"detour"` // real length of a straight metre, at least 1
}

// Mps is the speed over straight metres, in metres per second.
func (o OffRoad) Mps() float64 { return o.Kmh / 3.6 / o.Detour }

// MaxSpeed says how the maxspeed tag lowers a speed.
type MaxSpeed struct {
	Obey   bool    `yaml:"obey" json:"obey"`
	Factor float64 `yaml:"factor" json:"factor"` // share of the limit that is really driven, above 0 to 1
}

// Ferries are off unless Use; a duration tag wins over Kmh.
type Ferries struct {
	Use bool    `yaml:"use" json:"use"`
	Kmh float64 `yaml:"kmh" json:"kmh"`
}

// Access decides from tags whether a way or barrier is open. The first key present decides; Closed values close, Ends values open
// only the first and last stretch of a trip (for profiles with turns; elsewhere they are open), all others open.
type Access struct {
	Keys     []string `yaml:"keys" json:"keys"`           // most specific first
	ModeKeys []string `yaml:"mode_keys" json:"mode_keys"` // those of Keys that can open a class of PermittedSpeeds
	Closed   []string `yaml:"closed" json:"closed"`
	Ends     []string `yaml:"ends" json:"ends"`
	// ClosedTags close a way whatever Keys say, unless a mode key opens it: key, values.
	ClosedTags map[string][]string `yaml:"closed_tags" json:"closed_tags"`
}

// OneWay says how one-way streets bind.
type OneWay struct {
	Obey bool `yaml:"obey" json:"obey"`
	// Keys come before the oneway tag itself: oneway:bicycle, oneway:foot. They bind even when Obey is false.
	Keys []string `yaml:"keys" json:"keys"`
	// Contraflow opens the other direction where cycleway tags say opposite.
	Contraflow bool `yaml:"contraflow" json:"contraflow"`
}

// Barriers says which barrier nodes can be passed when no access tag on them decides.
type Barriers struct {
	Ignore bool     `yaml:"ignore" json:"ignore"`
	Open   []string `yaml:"open" json:"open"`     // barrier values that let pass
	Closed []string `yaml:"closed" json:"closed"` // if given, all others let pass and Open is not looked at
}

// Stop says where one may not leave the road (or join it): there is no snapping to such edges and no walking from them.
type Stop struct {
	NotClasses []string `yaml:"not_classes" json:"not_classes"`
	NotBridges bool     `yaml:"not_bridges" json:"not_bridges"`
	NotTunnels bool     `yaml:"not_tunnels" json:"not_tunnels"`
}

// Turns makes junctions cost time and turn restrictions bind. Without it they are free.
type Turns struct {
	Restrictions bool     `yaml:"restrictions" json:"restrictions"`
	Vehicles     []string `yaml:"vehicles" json:"vehicles"` // names under which restrictions except or mean this mode
	// TurnS and Bias shape the cost of a turn by its angle, the sigmoid of the Open Source Routing Machine's car profile.
	TurnS    float64 `yaml:"turn_s" json:"turn_s"`
	Bias     float64 `yaml:"bias" json:"bias"`
	LeftHand bool    `yaml:"left_hand" json:"left_hand"` // drive on the left
	UTurnS   float64 `yaml:"u_turn_s" json:"u_turn_s"`
	SignalS  float64 `yaml:"signal_s" json:"signal_s"`
}

// Slope says how gradients change the speed when elevation is given to Build.
type Slope struct {
	// Rule is "tobler" (walking) or "cycling" (power balance).
	Rule string `yaml:"rule" json:"rule"`
	// RiderW adds to the power that the flat speed needs, for "cycling" with a motor; MaxKmh bounds downhill speed.
	MaxKmh float64 `yaml:"max_kmh" json:"max_kmh"`
	// StepM is the spacing of elevation samples along an edge, in metres.
	StepM float64 `yaml:"step_m" json:"step_m"`
}

//go:embed profiles/*.yaml
var builtinFiles embed.FS

// BuiltinProfiles lists the names of the profiles that come with the program, in the order to offer them.
func BuiltinProfiles() []string {
	return []string{"walk", "walk_fast", "elderly", "ebike", "bike", "car", "reference_walk", "reference_car"}
}

// BuiltinProfile returns a profile by name; an unknown name is an error that lists the known ones.
func BuiltinProfile(name string) (*Profile, error) {
	text, err := BuiltinProfileYAML(name)
	if err != nil {
		return nil, err
	}
	profile, err := ParseProfile(text)
	if err != nil {
		return nil, fmt.Errorf("reading built-in profile %s: %w", name, err)
	}
	return profile, nil
}

// BuiltinProfileYAML returns the commented text of a built-in profile, to start one's own from.
func BuiltinProfileYAML(name string) ([]byte, error) {
	if !slices.Contains(BuiltinProfiles(), name) {
		return nil, fmt.Errorf("no built-in profile %q; there are %s", name, strings.Join(BuiltinProfiles(), ", "))
	}
	return builtinFiles.ReadFile("profiles/" + name + ".yaml")
}

const maxProfileBytes = 1 << 20

// ParseProfile reads a profile from YAML. Unknown keys, speeds out of range and rules without meaning are errors that say where.
func ParseProfile(text []byte) (*Profile, error) {
	if len(text) > maxProfileBytes {
		return nil, fmt.Errorf("profile of %d bytes is longer than %d", len(text), maxProfileBytes)
	}
	profile := Profile{OffRoad: OffRoad{Detour: 1}, MaxSpeed: MaxSpeed{Factor: 1}}
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.DisallowUnknownField())
	if err := decoder.Decode(&profile); err != nil {
		return nil, fmt.Errorf("reading profile: %w", err)
	}
	if err := profile.check(); err != nil {
		return nil, fmt.Errorf("profile %q: %w", profile.Name, err)
	}
	return &profile, nil
}

// Digest identifies everything in the profile that can change a time: the SHA-256 of its canonical form, in hex.
func (p *Profile) Digest() string {
	bare := *p
	bare.Title = nil
	canonical, err := json.Marshal(bare) // maps come out sorted by key
	if err != nil {
		panic(err) // a Profile holds nothing that JSON cannot write: check refuses numbers that are not finite
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
