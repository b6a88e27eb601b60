namespace Gaia;

/// <summary>Recognizes that a file could not be written because the volume, or the quota on it, is exhausted.</summary>
public static class DiskErrors
{
    // ENOSPC and EDQUOT of Linux, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool IsFull(Exception failure) => failure is IOException && Full.Contains(failure.HResult);
}
