// Package road turns OpenStreetMap data into immutable road graphs and answers travel-time questions on them.
//
// The way from a file to an answer:
//
//	network, report, err := road.ReadPBF(ctx, file, road.ReadOptions{})   // roads of every kind, once per file
//	profile, err := road.BuiltinProfile("walk")                           // or road.ParseProfile for the user's own
//	graph, err := road.Build(ctx, network, profile, road.BuildOptions{})  // or road.Open on the cached bytes
//	answers, err := graph.NearestFacilities(ctx, facilities, demands, road.NearestOptions{Limit: 10 * time.Minute})
//
// Times are whole milliseconds and run from people to the facility. A trip is the straight walk from the person to the nearest usable
// road, the travel from that place on the road to the facility's place on the road, and the straight walk to its door; or one straight
// walk, where the profile allows one so long and it is faster.
//
// The package knows travel profiles, snapping, searches, areas in reach, and nothing of law or administration.
package road
