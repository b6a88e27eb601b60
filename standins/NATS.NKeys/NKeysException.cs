using System.Diagnostics.CodeAnalysis;

namespace NATS.NKeys;

/// <summary>A key that is malformed, or asked for what it cannot do.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "The genuine package has this one constructor.")]
public class NKeysException(string message, Exception? innerException = null) : Exception(message, innerException);
