using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gaia.Asset.Staging;

/// <summary>
/// Makes a rename last: POSIX keeps a file's name in its folder, and flushing the file does not flush that. The framework opens no folders, hence
/// the call into libc. Windows journals names itself.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = new SafeFileHandle(Open(folder, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"The asset folder cannot be opened (error {Marshal.GetLastPInvokeError()}).");
        }

        // Some file systems of containers refuse this for folders; there is nothing more to be done on those.
        _ = Sync(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(SafeFileHandle handle);
}
