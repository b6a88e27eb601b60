using Gaia.Messaging.Streams;

namespace Gaia.Caching.Log;

/// <summary>How far this node has come in the invalidation log.</summary>
internal sealed class LogPosition : StreamPosition;
