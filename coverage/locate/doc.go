// Package locate solves location–allocation problems over a sparse cost matrix. It knows no map and nothing of ours.
package locate
