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
// The road of a point is the nearest one of the main network, as far as the profile's snap limit, to which one can walk straight without
// crossing a wall (river, railway, expressway, barrier drawn by a user). The times therefore depend on which road that is: a new road
// beside a point becomes its road, even where an older one a little farther off would have been quicker. Areas ask the same question of
// every place, so that point and area agree.
//
// Water is a wall however it is drawn: rivers as lines, lakes as closed ways, either as multipolygon relations. Roads lead over it by
// bridges, fords and (where the profile takes them) ferries.
//
// Squares (ways with area=yes) are crossed in straight lines between their ways in, round the corners that stand between, by profiles with
// cross_areas, and round the holes of the multipolygon relation that they are drawn as. Those with very many ways in, and relations whose
// outer rim is of several ways, are walked along their rim.
//
// Known limits: conditions on the hour or the day (tags ending in ":conditional") are counted in the ReadReport and left out of account; of
// two restrictions over via ways that overlap, the second is not seen by those who came by the first.
//
// The package knows travel profiles, snapping, searches, areas in reach, and nothing of law or administration.
package road
