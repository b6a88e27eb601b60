using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gaia.Gateway.Admission;

/// <summary>
/// Credentials that this node has seen valid, by their text. It spares them the SHA-256 and the parsing, which cost more than the rest of an admission; it says
/// nothing about whether they still are valid.
/// </summary>
internal sealed class CredentialCache
{
    private const int Limit = 50_000;

    private readonly ConcurrentDictionary<string, Credential> credentials = new(new TextComparer());
    private readonly ConcurrentDictionary<string, Credential>.AlternateLookup<ReadOnlySpan<char>> byText;

    public CredentialCache() => byText = credentials.GetAlternateLookup<ReadOnlySpan<char>>();

    public Credential? Find(ReadOnlySpan<char> text) => byText.TryGetValue(text, out var credential) ? credential : null;

    public void Add(Credential credential)
    {
        // Whoever comes again is added again: emptying it now and then costs less than keeping an order.
        if (credentials.Count >= Limit)
        {
            credentials.Clear();
        }

        credentials.TryAdd(credential.Text, credential);
    }

    public void Remove(Credential credential) => credentials.TryRemove(new(credential.Text, credential));

    /// <summary>Compares whole texts; the hash has a seed of this process, so that nobody can prepare texts that collide.</summary>
    private sealed class TextComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
    {
        private readonly long seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<char> alternate) => (int)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(alternate), seed);

        public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
    }
}
